namespace Idq.Streaming;

/// <summary>A time series of one classifier over one stride, with the model and the map that made it.</summary>
/// <param name="Nickname">The classifier.</param>
/// <param name="Columns">The samples.</param>
/// <param name="ModelHash">The model that ranked; empty where there was none.</param>
/// <param name="MapHash">The map that made probabilities; empty where there was none.</param>
public sealed record PublishedSeries(string Nickname, SeriesColumns Columns, string ModelHash, string MapHash)
{
    /// <summary>0, or 1 and more where it takes the place of an earlier one of the same span.</summary>
    public int Version { get; init; }
}
