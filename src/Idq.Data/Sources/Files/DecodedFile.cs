namespace Idq.Data;

/// <summary>The events of one file as they come, in columns.</summary>
sealed class DecodedFile(IReadOnlyList<string> columns)
{
    readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    readonly List<string> names = [];

    /// <summary>The channels in the order in which they appear.</summary>
    public IReadOnlyList<string> Channels => names;

    /// <summary>The feature columns.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>Index into <see cref="Channels"/> of every event.</summary>
    public List<int> ChannelIds { get; } = [];

    /// <summary>GPS nanoseconds.</summary>
    public List<long> Times { get; } = [];

    /// <summary>One list a column.</summary>
    public List<double>[] Values { get; } = [.. columns.Select(_ => new List<double>())];

    /// <summary>Columns that hold something else than numbers, and where, for example "line 3: 'x'".</summary>
    public IReadOnlyDictionary<string, string> TextColumns { get; init; } = new Dictionary<string, string>();

    /// <summary>What the content itself says that it covers; null when it says nothing.</summary>
    public SegmentList? Coverage { get; set; }

    /// <summary>The index of a channel, a new one when it is new.</summary>
    public int Channel(ReadOnlySpan<char> name)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(name, out var id)) return id;
        var text = name.ToString();
        ids.Add(text, names.Count);
        names.Add(text);
        return names.Count - 1;
    }

    /// <summary>The events as a table. Channels that the source lacks are left out, columns that the file lacks are NaN.</summary>
    public EventTable ToTable(Segment span, SegmentList delivered, ChannelDictionary channels, IReadOnlyList<string> wanted)
    {
        var map = names.Select(channels.Find).ToArray();
        var places = columns.Index().ToDictionary(c => c.Item, c => c.Index);
        var from = wanted.Select(w => places.GetValueOrDefault(w, -1)).ToArray();
        var builder = new EventTableBuilder(channels, wanted);
        var row = new double[wanted.Count];
        for (var i = 0; i < Times.Count; i++)
        {
            var channel = map[ChannelIds[i]];
            if (channel < 0) continue;
            for (var c = 0; c < row.Length; c++) row[c] = from[c] < 0 ? double.NaN : Values[from[c]][i];
            builder.Add(channel, Times[i], row);
        }
        return builder.Build(span, delivered);
    }

    /// <summary>From the first event to just after the last; null when there is none.</summary>
    public Segment? Extent() => Times.Count == 0 ? null : new Segment(new(Times.Min()), new GpsTime(Times.Max()) + 1);
}
