namespace Idq.Data;

/// <summary>The segment tables of a LIGO_LW document: segment_definer, segment_summary (known), segment (active).</summary>
static class SegmentTables
{
    public static IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> Read(string path)
    {
        var definers = new List<(long Id, FlagName Flag)>();
        var (known, active) = (new Dictionary<long, List<Segment>>(), new Dictionary<long, List<Segment>>());
        bool hasSummary = false, hasSegments = false;
        using var reader = LigoLwReader.Open(path);
        while (reader.NextTable())
        {
            switch (reader.Table)
            {
                case "segment_definer":
                    ReadDefiners(reader, definers);
                    break;
                case "segment_summary":
                    hasSummary = true;
                    ReadSegments(reader, known);
                    break;
                case "segment":
                    hasSegments = true;
                    ReadSegments(reader, active);
                    break;
            }
        }
        if (!hasSegments && !hasSummary) throw new DataException($"'{path}' is a LIGO_LW document without segment tables");
        if (definers.Count == 0)
        {
            // Old programs write a segment table alone: its segments belong to no flag.
            return [(null, new(hasSummary ? All(known) : SegmentList.All, All(active)))];
        }
        return definers
            .Select(d => ((FlagName?)d.Flag, new SegmentQuery(hasSummary ? Of(known, d.Id) : SegmentList.All, Of(active, d.Id))))
            .ToArray();
    }

    static void ReadDefiners(LigoLwReader reader, List<(long, FlagName)> definers)
    {
        var (id, ifos, name, version) = (reader.RequireColumn("segment_def_id"), reader.RequireColumn("ifos"), reader.RequireColumn("name"),
            reader.FindColumn("version"));
        while (reader.NextRow())
            definers.Add(
                (
                    reader.Id(id),
                    new(
                        reader.Text(ifos) ?? "",
                        reader.Text(name) ?? "",
                        version < 0 || reader.IsNull(version) ? null : (int)Math.Clamp(reader.Int64(version), int.MinValue, int.MaxValue)
                    )
                )
            );
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
            list.Add(new(reader.Time(start, startNs), reader.Time(end, endNs)));
        }
    }

    static SegmentList Of(Dictionary<long, List<Segment>> segments, long id) =>
        segments.TryGetValue(id, out var list) ? SegmentList.Coalesce(list) : SegmentList.Empty;

    static SegmentList All(Dictionary<long, List<Segment>> segments) => SegmentList.Coalesce(segments.Values.SelectMany(s => s));
}
