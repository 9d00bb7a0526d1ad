namespace Idq.Data;

/// <summary>What a mock source simulates: trigger streams that several channels witness, and the private noise of every channel.</summary>
/// <param name="Columns">The feature columns: snr, frequency, then others in the order of the text.</param>
/// <param name="Streams">Physical processes.</param>
/// <param name="Channels">Every channel, with its noise.</param>
/// <param name="Outages">Where no data exists.</param>
/// <remarks>The text form is described at <see cref="MockDefinitionReader"/>.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MockDefinition(
    IReadOnlyList<string> Columns, IReadOnlyList<MockStream> Streams, IReadOnlyList<MockChannel> Channels, SegmentList Outages)
{
    /// <summary>Reads a definition; every problem is reported, not only the first. The definition is null when there is one.</summary>
    public static (MockDefinition? Definition, IReadOnlyList<IniProblem> Problems) Read(IniDocument document) =>
        new MockDefinitionReader(document).Read();

    /// <summary>
    /// The probability that an event of a stream leaves a trigger in a channel whose column is above a threshold, apart from
    /// accidental noise triggers.
    /// </summary>
    /// <remarks>efficiency · ∫ S(threshold · exp(−jitter·z)) φ(z) dz, where S is the survival function of the column.</remarks>
    /// <exception cref="ArgumentException">No such stream, witness or column.</exception>
    public double Efficiency(string stream, string channel, string column, double threshold)
    {
        var source = Streams.FirstOrDefault(s => s.Name == stream) ?? throw new ArgumentException($"no stream '{stream}'", nameof(stream));
        var witness = source.Witnesses.FirstOrDefault(w => w.Channel == channel)
            ?? throw new ArgumentException($"'{channel}' is no witness of '{stream}'", nameof(channel));
        var at = Columns.ToList().IndexOf(column);
        if (at < 0) throw new ArgumentException($"no column '{column}'", nameof(column));
        var (distribution, jitter) = (source.Columns[at], witness.ColumnJitters[at]);
        if (jitter == 0) return witness.Efficiency * distribution.Survival(threshold);

        // The trapezium rule over ±9 deviations.
        const int Steps = 3600;
        double sum = 0, weights = 0;
        for (var i = 0; i <= Steps; i++)
        {
            var z = -9 + 18.0 * i / Steps;
            var weight = Math.Exp(-0.5 * z * z);
            sum += weight * distribution.Survival(threshold * Math.Exp(-jitter * z));
            weights += weight;
        }
        return witness.Efficiency * sum / weights;
    }
}

/// <summary>A physical process: Poisson events that are seen by some channels.</summary>
/// <param name="Name">Unique among the streams; part of the key of its random numbers.</param>
/// <param name="Rate">Events a second.</param>
/// <param name="Columns">One distribution a column of the definition; the columns are independent.</param>
/// <param name="Witnesses">The channels that may see an event.</param>
public sealed record MockStream(string Name, double Rate, IReadOnlyList<Distribution> Columns, IReadOnlyList<MockWitness> Witnesses);

/// <summary>How a channel sees a stream.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Efficiency">Probability of seeing an event, independently from event to event and channel to channel.</param>
/// <param name="TimeJitter">Standard deviation of the seen time about the true one, in seconds (Gaussian).</param>
/// <param name="ColumnJitters">
/// One number a column: the seen value is the true one times exp(jitter·z), z standard normal, so that 0.1 is about 10 %.
/// </param>
public sealed record MockWitness(string Channel, double Efficiency, double TimeJitter, IReadOnlyList<double> ColumnJitters);

/// <summary>A channel and its private noise: Poisson triggers that nobody else sees.</summary>
/// <param name="Name">The channel.</param>
/// <param name="Rate">Triggers a second; zero for none.</param>
/// <param name="Columns">One distribution a column; empty when the rate is zero.</param>
public sealed record MockChannel(string Name, double Rate, IReadOnlyList<Distribution> Columns);
