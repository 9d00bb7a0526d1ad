namespace Idq.Data;

/// <summary>What a mock source simulates: trigger streams that several channels witness, and the private noise of every channel.</summary>
/// <remarks>
/// The columns are snr, frequency, then others in the order of the text. No data exists in outages. docs/data-formats.md has the text.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MockDefinition(
    IReadOnlyList<string> Columns, IReadOnlyList<MockStream> Streams, IReadOnlyList<MockChannel> Channels, SegmentList Outages)
{
    /// <summary>Reads a definition; every problem is reported, not only the first. The definition is null when there is one.</summary>
    public static (MockDefinition? Definition, IReadOnlyList<IniProblem> Problems) Read(IniDocument document) =>
        new MockDefinitionReader(document).Read();
}

/// <summary>
/// A physical process: Poisson events, so many a second, that are seen by some channels. The name is part of the key of its random numbers;
/// there is one distribution a column of the definition, and the columns are independent.
/// </summary>
public sealed record MockStream(string Name, double Rate, IReadOnlyList<Distribution> Columns, IReadOnlyList<MockWitness> Witnesses);

/// <summary>How a channel sees a stream.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Efficiency">Probability of seeing an event, independently from event to event and channel to channel.</param>
/// <param name="TimeJitter">Standard deviation of the seen time about the true one, in seconds (Gaussian).</param>
/// <param name="ColumnJitters">
/// One number a column: the seen value is the true one times exp(jitter·z), z standard normal, so that 0.1 is about 10 %.
/// </param>
public sealed record MockWitness(string Channel, double Efficiency, double TimeJitter, IReadOnlyList<double> ColumnJitters);

/// <summary>
/// A channel and its private noise: Poisson triggers, so many a second, that nobody else sees. There are no distributions when the rate is
/// zero.
/// </summary>
public sealed record MockChannel(string Name, double Rate, IReadOnlyList<Distribution> Columns);
