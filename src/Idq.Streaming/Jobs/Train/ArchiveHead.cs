using System.Text.Json;

namespace Idq.Streaming;

/// <summary>What an archive of training says of its strides as a whole: metadata of the file of rows, as JSON.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Settings">What the rows were made by.</param>
/// <param name="Features">Names of the features of every row; null when there are none.</param>
/// <param name="FeatureChannels">The channels of which every row says whether they had a trigger; null when there are none.</param>
/// <param name="Columns">The columns of the triggers.</param>
/// <param name="Channels">The channels of the triggers, by their id.</param>
/// <param name="Strides">The strides in time order; rows and triggers lie in the files stride after stride.</param>
sealed record ArchiveHead(
    int Version, string Settings, IReadOnlyList<string>? Features, IReadOnlyList<string>? FeatureChannels, IReadOnlyList<string> Columns,
    IReadOnlyList<string> Channels, IReadOnlyList<ArchivedStride> Strides)
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int Current = 1;

    /// <summary>The key of the metadata.</summary>
    public const string Key = "archive";

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">There is none, or it is of another version.</exception>
    public static ArchiveHead Of(IReadOnlyDictionary<string, string> metadata, string path)
    {
        try
        {
            if (metadata.TryGetValue(Key, out var text) && JsonSerializer.Deserialize<ArchiveHead>(text) is { Version: Current } head)
                return head;
        }
        catch (JsonException e)
        {
            throw new DataException($"'{path}' is no archive of training: {e.Message}", cause: e);
        }
        throw new DataException(
            $"'{path}' is no archive of training of version {Current}; remove the folder to read its time from the source again");
    }
}

/// <summary>One stride in an archive. Times are GPS nanoseconds; lists of segments are start and end of each in turn.</summary>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end.</param>
/// <param name="From">Start of its triggers, the margin included.</param>
/// <param name="To">End of its triggers, the margin included.</param>
/// <param name="Good">Its good time.</param>
/// <param name="Clean">Where clean rows could be drawn.</param>
/// <param name="Rows">Number of its rows.</param>
/// <param name="Triggers">Number of its triggers.</param>
sealed record ArchivedStride(long Start, long End, long From, long To, long[] Good, long[] Clean, int Rows, int Triggers)
{
    /// <summary>A stride as it is kept.</summary>
    public static ArchivedStride Of(KeptStride kept)
    {
        var (span, rows) = (kept.Span, kept.Rows);
        var padded = rows.Data.Span;
        return new(
            span.Start.Nanoseconds, span.End.Nanoseconds, padded.Start.Nanoseconds, padded.End.Nanoseconds,
            Edges(rows.Segments), Edges(rows.CleanSegments), rows.Count, rows.Data.Table.Count);
    }

    /// <summary>Its stretch of time.</summary>
    public Segment Span => new(new GpsTime(Start), new GpsTime(End));

    /// <summary>The stretch of time of its triggers.</summary>
    public Segment Padded => new(new GpsTime(From), new GpsTime(To));

    /// <summary>Segments from their edges.</summary>
    public static SegmentList Segments(long[] edges) =>
        SegmentList.Coalesce(edges.Chunk(2).Select(e => new Segment(new GpsTime(e[0]), new GpsTime(e[1]))));

    static long[] Edges(SegmentList segments) => [.. segments.SelectMany(s => new[] { s.Start.Nanoseconds, s.End.Nanoseconds })];
}
