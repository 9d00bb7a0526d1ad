namespace Idq.Streaming;

/// <summary>The formats of products. The first of each list is the default, and the one that the program reads back.</summary>
/// <param name="Quivers">Formats of evaluated rows.</param>
/// <param name="Series">Formats of time series.</param>
public sealed record WriterCatalogue(IReadOnlyList<WriterFlavor<IQuiverWriter>> Quivers, IReadOnlyList<WriterFlavor<ISeriesWriter>> Series)
{
    /// <summary>What the program brings.</summary>
    public static WriterCatalogue BuiltIn { get; } =
        new([ParquetQuiverWriter.Flavor], [ParquetSeriesWriter.Flavor, GwfSeriesWriter.Flavor]);

    /// <summary>The catalogue with one more format of evaluated rows.</summary>
    public WriterCatalogue With(WriterFlavor<IQuiverWriter> quivers) => this with { Quivers = [.. Quivers, quivers] };

    /// <summary>The catalogue with one more format of time series.</summary>
    public WriterCatalogue With(WriterFlavor<ISeriesWriter> series) => this with { Series = [.. Series, series] };
}
