namespace Idq.Learning.Tests.Scales;

/// <summary>Linear models of rows that look like auxiliary channels: most rows have no trigger in a channel.</summary>
static class Models
{
    /// <summary>The share of clean times that a rank of a scale stands for.</summary>
    public static double Share(double rank) => 20 * rank / (1 + 19 * rank);

    public static LinearModel Trained(int rows = 400, ulong seed = 1) =>
        (LinearModel)new LinearClassifier("lr", new()).Train(Rows(rows, seed), null, CancellationToken.None).Model!;

    /// <summary>
    /// A witness that sees 6 of 10 glitches, and bystanders that see one time in ten; every fifth row is a glitch. Half of the clean rows
    /// have no trigger at all.
    /// </summary>
    public static Quiver Rows(int rows, ulong seed, int bystanders = 6)
    {
        var random = new CounterRandom(seed, 11, 0);
        var labels = new byte[rows];
        var features = Enumerable.Range(0, bystanders + 1).Select(f => (Name: $"C{f}-snr", Values: new double[rows])).ToArray();
        for (var i = 0; i < rows; i++)
        {
            labels[i] = i % 5 == 4 ? Label.Glitch : Label.Clean;
            for (var f = 0; f <= bystanders; f++)
            {
                var chance = f == 0 ? labels[i] == Label.Glitch ? 0.6 : 0.01 : 0.1;
                features[f].Values[i] = random.NextDouble() < chance ? 1 + random.NextExponential() : double.NaN;
            }
        }
        return Samples.Of(labels, null, features);
    }
}
