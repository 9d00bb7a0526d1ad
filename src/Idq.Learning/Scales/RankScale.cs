using System.Text.Json;

namespace Idq.Learning;

/// <summary>
/// The way from the raw score of one model to a rank, by the share of clean times that score less: so that the rank of a clean time has one
/// distribution whatever the model, and ranks of successive models can be compared.
/// </summary>
/// <remarks>
/// <para>Made of n clean scores by models that did not learn from them (<see cref="HeldOutScores"/>). With C clean scores below it, a
/// score has a share u between C/(n + 1) and (C + 1)/(n + 1), linear in between: the place of one more among n + 1. Its rank is
/// u/(u + 20(1 − u)), which is low in quiet times (in the median 1/21), and ½ where one clean time in 21 ranks higher. A higher score never
/// has a lower rank, and beyond all n the order is still that of the scores.</para>
/// <para>Clean times that no feature tells apart have one score. They are spread over the share that they take by a number that depends on
/// the GPS second only; without that a threshold could not cut through them.</para>
/// <para>Nodes are kept where the log odds of the share have moved by 0.1, so that a scale of any number of scores is short.</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class RankScale
{
    const double Step = 0.1;
    const double Quiet = 20;
    const double LeastTie = 0.002;
    static readonly ulong Ties = CounterRandom.Hash("tied scores");

    readonly double[] scores;
    readonly double[] below;
    readonly double[] through;

    RankScale(double[] scores, double[] below, double[] through) => (this.scores, this.below, this.through) = (scores, below, through);

    /// <summary>The scale of no scores: the rank is the score.</summary>
    public static RankScale Identity { get; } = new([], [], []);

    /// <summary>True when the rank is the score.</summary>
    public bool IsIdentity => scores.Length == 0;

    /// <summary>The scale of clean scores; a weight counts a score that often.</summary>
    public static RankScale Of(RankSamples clean)
    {
        var (values, weights) = clean.Sorted();
        var (n, unit) = (clean.EffectiveCount, clean.Count == 0 ? 0 : clean.EffectiveCount / clean.TotalWeight);
        var nodes = new List<(double Score, double Below, double Through)>();
        var (done, cell) = (0.0, double.NegativeInfinity);
        for (var i = 0; i < values.Length;)
        {
            var (first, total) = (i, 0.0);
            while (i < values.Length && values[i] == values[first]) total += weights[i++] * unit;
            // One row of them is the step from the score below, the others are the tie.
            var (from, to) = ((done + total / (i - first)) / (n + 1), (done + total) / (n + 1));
            done += total;
            if (first > 0 && i < values.Length && Cell(to) <= cell && to - from < LeastTie) continue;
            nodes.Add((values[first], from, to));
            cell = Cell(to);
        }
        return new([.. nodes.Select(x => x.Score)], [.. nodes.Select(x => x.Below)], [.. nodes.Select(x => x.Through)]);

        static double Cell(double rank) => Math.Floor(Math.Log(rank / (1 - rank)) / Step);
    }

    /// <summary>The rank of a score.</summary>
    /// <param name="score">In [0, 1]; NaN gives NaN.</param>
    /// <param name="time">GPS nanoseconds, which spread tied scores.</param>
    public double Rank(double score, long time)
    {
        if (IsIdentity) return score;
        var share = Share(score, time);
        return share / (share + Quiet * (1 - share));
    }

    double Share(double score, long time)
    {
        var at = Array.BinarySearch(scores, score);
        if (at >= 0) return below[at] == through[at] ? below[at] : below[at] + Spread(time) * (through[at] - below[at]);
        at = ~at;
        var (left, from) = at == 0 ? (0.0, 0.0) : (scores[at - 1], through[at - 1]);
        var (right, to) = at == scores.Length ? (1.0, 1.0) : (scores[at], below[at]);
        return Math.Min(to, from + (score - left) / (right - left) * (to - from));
    }

    static double Spread(long time) => new CounterRandom(0, Ties, new GpsTime(time).Seconds).NextDouble();

    internal void Write(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        writer.WriteNumbers("scores", scores);
        writer.WriteNumbers("below", below);
        writer.WriteNumbers("through", through);
        writer.WriteEndObject();
    }

    internal static RankScale Read(ExactJsonReader json)
    {
        var (scores, below, through) = (json.Numbers("scores"), json.Numbers("below"), json.Numbers("through"));
        if (below.Length != scores.Length || through.Length != scores.Length)
            throw json.Malformed("scores", $"has {scores.Length} numbers, but below has {below.Length} and through {through.Length}");
        for (var i = 0; i < scores.Length; i++)
        {
            if (!Idq.Learning.Rank.IsInside(scores[i]) || (i > 0 && scores[i] <= scores[i - 1]))
                throw json.Malformed("scores", "are not ascending in [0, 1]");
            if (!(below[i] >= (i == 0 ? 0 : through[i - 1]) && through[i] >= below[i] && through[i] <= 1))
                throw json.Malformed("through", "is not ascending in [0, 1] together with below");
        }
        return new(scores, below, through);
    }
}
