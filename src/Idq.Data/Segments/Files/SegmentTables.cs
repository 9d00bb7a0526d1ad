namespace Idq.Data;

/// <summary>The segment tables of a LIGO_LW document: segment_definer, segment_summary (known), segment (active).</summary>
static class SegmentTables
{
    public static IReadOnlyList<StatedSegments> Read(string path)
    {
        var definers = new List<(long Id, FlagName Flag)>();
        Dictionary<long, List<Segment>>? known = null, active = null;
        using var reader = LigoLwReader.Open(path);
        while (reader.NextTable())
        {
            if (reader.Table == "segment_definer") ReadDefiners(reader, definers);
            if (reader.Table == "segment_summary") ReadSegments(reader, known ??= []);
            if (reader.Table == "segment") ReadSegments(reader, active ??= []);
        }
        if (active is null && known is null) throw new DataException($"'{path}' is a LIGO_LW document without segment tables");
        // Old programs write a segment table alone: its segments belong to no flag.
        if (definers.Count == 0) return [new(null, known is null ? null : All(known), All(active))];
        return [.. definers.Select(d => new StatedSegments(d.Flag, known is null ? null : Of(known, d.Id), Of(active, d.Id)))];
    }

    static void ReadDefiners(LigoLwReader reader, List<(long, FlagName)> definers)
    {
        var (id, ifos) = (reader.RequireColumn("segment_def_id"), reader.RequireColumn("ifos"));
        var (name, version) = (reader.RequireColumn("name"), reader.FindColumn("version"));
        while (reader.NextRow())
        {
            var isVersioned = version >= 0 && !reader.IsNull(version);
            definers.Add((reader.Id(id), new(reader.Text(ifos) ?? "", reader.Text(name) ?? "",
                isVersioned ? (int)Math.Clamp(reader.Int64(version), int.MinValue, int.MaxValue) : null)));
        }
    }

    static void ReadSegments(LigoLwReader reader, Dictionary<long, List<Segment>> segments)
    {
        var id = reader.FindColumn("segment_def_id");
        var (start, startNs) = (reader.RequireColumn("start_time"), reader.FindColumn("start_time_ns"));
        var (end, endNs) = (reader.RequireColumn("end_time"), reader.FindColumn("end_time_ns"));
        while (reader.NextRow())
        {
            var key = id < 0 ? -1 : reader.Id(id);
            if (!segments.TryGetValue(key, out var list)) segments.Add(key, list = []);
            list.Add(reader.Segment(start, startNs, end, endNs));
        }
    }

    static SegmentList Of(Dictionary<long, List<Segment>>? segments, long id) =>
        SegmentList.Coalesce(segments?.GetValueOrDefault(id) ?? []);

    static SegmentList All(Dictionary<long, List<Segment>>? segments) => SegmentList.Coalesce(segments?.Values.SelectMany(s => s) ?? []);
}
