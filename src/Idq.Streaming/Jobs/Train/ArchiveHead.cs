using System.Security.Cryptography;
using System.Text;
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
/// <param name="Sha256">
/// Of all values in both files (<see cref="ArchiveDigest"/>); null in files of before there was one.
/// </param>
sealed record ArchiveHead(
    int Version, string Settings, IReadOnlyList<string>? Features, IReadOnlyList<string>? FeatureChannels, IReadOnlyList<string> Columns,
    IReadOnlyList<string> Channels, IReadOnlyList<ArchivedStride> Strides, string? Sha256 = null)
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int Current = 1;

    /// <summary>The key of the metadata.</summary>
    public const string Key = "archive";

    // Its own SHA-256 stands beside it.
    const string HashKey = Key + "_sha256";

    /// <summary>As metadata.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        var text = JsonSerializer.Serialize(this);
        return new Dictionary<string, string> { [Key] = text, [HashKey] = Hash(text) };
    }

    /// <summary>Reads what <see cref="ToMetadata"/> made.</summary>
    /// <exception cref="DataException">There is none, it is of another version, or it is not what was written.</exception>
    public static ArchiveHead Of(IReadOnlyDictionary<string, string> metadata, string path)
    {
        try
        {
            if (metadata.TryGetValue(Key, out var text) && JsonSerializer.Deserialize<ArchiveHead>(text) is { Version: Current } head)
            {
                var isWhole = metadata.TryGetValue(HashKey, out var hash) ? hash == Hash(text) : head.Sha256 is null;
                return isWhole ? head : throw Changed(path);
            }
        }
        catch (JsonException e)
        {
            throw new DataException($"'{path}' is no archive of training: {e.Message}", cause: e);
        }
        throw new DataException(
            $"'{path}' is no archive of training of version {Current}; remove the folder to read its time from the source again");
    }

    /// <summary>What is said of a file whose content is not what was written.</summary>
    public static DataException Changed(string path) => new($"'{path}', or its triggers, is not what was written: its SHA-256 differs");

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
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
