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
