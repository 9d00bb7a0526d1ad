using System.Globalization;

namespace Idq.Streaming;

/// <summary>
/// Time that a job has passed and fills in later, with the version that the product will have: 0 where none was published yet, and one
/// more than the last one where there is one. The tracker store keeps it in the transaction that changes it.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Backlog
{
    readonly SortedDictionary<int, SegmentList> versions;

    Backlog(SortedDictionary<int, SegmentList> versions) => this.versions = versions;

    /// <summary>Nothing waits.</summary>
    public static Backlog Empty { get; } = new([]);

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => versions.Count == 0;

    /// <summary>Everything that waits.</summary>
    public SegmentList Time => versions.Values.Aggregate(SegmentList.Empty, (sum, list) => sum | list);

    /// <summary>Instants at which the version changes, or at which it begins or ends.</summary>
    public IEnumerable<GpsTime> Edges => versions.Values.SelectMany(list => list).SelectMany(s => new[] { s.Start, s.End });

    /// <summary>The name under which the store keeps it.</summary>
    public static string Name(string job, string nickname) => $"backlog/{job}/{nickname}";

    /// <summary>The version that a product over a span will have; null when the span does not wait, or not as a whole.</summary>
    public int? VersionOf(Segment span)
    {
        foreach (var (version, list) in versions)
            if (list.Contains(span)) return version;
        return null;
    }

    /// <summary>The backlog with one more span; what the span was before is forgotten.</summary>
    public Backlog With(Segment span, int version)
    {
        var with = Without(span).versions;
        with[version] = with.GetValueOrDefault(version, SegmentList.Empty) | SegmentList.Of(span);
        return new(with);
    }

    /// <summary>The backlog without a span.</summary>
    public Backlog Without(Segment span) => Of(versions.Select(v => KeyValuePair.Create(v.Key, v.Value - SegmentList.Of(span))));

    /// <summary>"version: start end start end, version: …", times in nanoseconds.</summary>
    public override string ToString() => string.Join(", ", versions.Select(v =>
        string.Create(CultureInfo.InvariantCulture, $"{v.Key}:")
        + string.Concat(v.Value.Select(s => string.Create(CultureInfo.InvariantCulture, $" {s.Start.Nanoseconds} {s.End.Nanoseconds}")))));

    /// <summary>Reads what <see cref="ToString"/> wrote; null is empty.</summary>
    /// <exception cref="FormatException">The text is no backlog.</exception>
    public static Backlog Parse(string? text) =>
        string.IsNullOrEmpty(text) ? Empty : Of(text.Split(", ").Select(part =>
        {
            long Number(string word) => long.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : throw No(text);
            if (part.Split(": ") is not [var version, var times]) throw No(text);
            var edges = times.Split(' ').Select(t => new GpsTime(Number(t))).Chunk(2);
            var segments = edges.Select(e => e.Length == 2 ? new Segment(e[0], e[1]) : throw No(text));
            return KeyValuePair.Create((int)Number(version), SegmentList.Coalesce(segments));
        }));

    static FormatException No(string text) => new($"'{text}' is no backlog");

    static Backlog Of(IEnumerable<KeyValuePair<int, SegmentList>> lists) =>
        new(new(lists.Where(l => !l.Value.IsEmpty).ToDictionary()));
}
