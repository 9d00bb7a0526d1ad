using Idq.Learning;

namespace Idq.Streaming;

/// <summary>
/// One instant for every row: for a glitch drawn evenly from the window about it, for a clean time that time itself. A series asks of any
/// instant whether its window holds a glitch; so calibration must know the ranks of such instants, and not only those at glitches.
/// </summary>
sealed class WindowInstants
{
    static readonly ulong Stream = CounterRandom.Hash("window instants");

    readonly Quiver instants;
    readonly int[] rows;

    WindowInstants(Quiver instants, int[] rows) => (this.instants, this.rows) = (instants, rows);

    /// <summary>The instants of a quiver's glitches.</summary>
    /// <param name="quiver">The rows; its data reaches half a window further than they need.</param>
    /// <param name="factory">Makes rows.</param>
    /// <param name="window">Nanoseconds; an instant lies in [glitch − window/2, glitch + window/2).</param>
    /// <param name="seed">With the time of the glitch, the key of the instant.</param>
    public static WindowInstants Of(Quiver quiver, QuiverFactory factory, long window, ulong seed)
    {
        var rows = Enumerable.Range(0, quiver.Count).Where(i => quiver.Labels[i] == Label.Glitch).ToArray();
        var times = Array.ConvertAll(rows, i => Instant(quiver.Times[i]));
        Array.Sort(times, rows);
        var (labels, weights) = (Array.ConvertAll(rows, _ => Label.Glitch), Array.ConvertAll(rows, i => quiver.Weights[i]));
        return new(factory.Make(quiver.Data, quiver.Segments, quiver.CleanSegments, times, labels, weights), rows);

        long Instant(long glitch) => glitch - window / 2 + new CounterRandom(seed, Stream, glitch).NextLong(window);
    }

    /// <summary>The ranks at the instants of all rows, given those of the rows themselves.</summary>
    /// <exception cref="ClassifierException">The classifier failed.</exception>
    public double[] Rank(Lane lane, ClassifierModel model, double[] ranks)
    {
        var own = rows.Length > 0 ? lane.Evaluate(model, instants) : [];
        double[] all = [.. ranks];
        for (var i = 0; i < own.Length; i++) all[rows[i]] = own[i];
        return all;
    }
}
