namespace Idq.Data.Frames;

/// <summary>What a file holds and where: from its table of contents, or from a walk through a file that has none.</summary>
/// <param name="Frames">The frames in the order of the file.</param>
/// <param name="Entries">The channels.</param>
/// <param name="Names">The names of the classes by their numbers.</param>
sealed record FrameContents(IReadOnlyList<FrameSpan> Frames, IReadOnlyList<FrameEntry> Entries, IReadOnlyDictionary<int, string> Names)
{
    /// <summary>Bytes of the structure that ends every file.</summary>
    public const int EndSize = 46;

    /// <summary>The last structure of a file.</summary>
    /// <exception cref="DataException">The file ends with something else: it is cut off, or still being written.</exception>
    public static FrameStructure End(FrameSource source)
    {
        var at = source.Length - EndSize;
        var place = source.Place(at, "FrEndOfFile");
        if (at < FrameSource.HeaderSize) throw place.Damage("is missing: the file is cut off", isTransient: true);
        StructureHead head;
        try
        {
            head = source.Head(at);
        }
        catch (DataException e)
        {
            throw place.Damage("is missing: the file is cut off or damaged at its end", isTransient: true, e);
        }
        if (head.Length != EndSize) throw place.Damage("is missing: the file is cut off or damaged at its end", isTransient: true);
        var end = source.Structure(head, FrameClasses.Of("FrEndOfFile"));
        if (end.Whole("nBytes") is var said && said != 0 && said != source.Length)
            throw place.Damage($"says that the file has {said} bytes; it has {source.Length}");
        return end;
    }

    /// <summary>The contents of a file.</summary>
    /// <exception cref="DataException">They cannot be read.</exception>
    public static FrameContents Read(FrameSource source)
    {
        var seek = End(source).Whole("seekTOC");
        return seek == 0 ? Walked(source) : Listed(Table(source, seek));
    }

    /// <summary>The table of contents, so many bytes before the end.</summary>
    public static FrameStructure Table(FrameSource source, long seek)
    {
        var at = source.Length - seek;
        if (at < FrameSource.HeaderSize || seek < 0) throw source.Place(at, "FrTOC").Damage("lies outside the file");
        return source.Structure(source.Head(at), FrameClasses.Of("FrTOC"));
    }

    /// <summary>What a table of contents says.</summary>
    public static FrameContents Listed(FrameStructure table)
    {
        var (seconds, nanoseconds) = (table.Wholes("GTimeS"), table.Wholes("GTimeN"));
        var (durations, runs, numbers) = (table.Reals("dt"), table.Wholes("runs"), table.Wholes("frame"));
        var positions = table.Wholes("positionH");
        FrameSpan[] frames =
        [
            .. seconds.Select((s, i) => FrameSpan.Of(table.Place, s, nanoseconds[i], durations[i], runs[i], numbers[i], positions[i])),
        ];
        IEnumerable<FrameEntry> Of(FrameChannelKind kind, string names, string places) =>
            table.Texts(names).Select((name, i) => new FrameEntry(name, kind)
            {
                Positions = table.Wholes(places)[(i * frames.Length)..((i + 1) * frames.Length)],
            });
        var classes = new Dictionary<int, string>();
        foreach (var (id, name) in table.Wholes("SHid").Zip(table.Texts("SHname"))) classes[(int)id] = name;
        return new(frames,
            [
                .. Of(FrameChannelKind.Adc, "name", "positionADC"), .. Of(FrameChannelKind.Proc, "nameProc", "positionProc"),
                .. Of(FrameChannelKind.Sim, "nameSim", "positionSim"),
            ], classes);
    }

    static FrameContents Walked(FrameSource source)
    {
        var frames = new List<FrameSpan>();
        var entries = new Dictionary<(string Name, FrameChannelKind Kind), List<long>>();
        var walk = new FrameWalk(source);
        foreach (var (head, definition) in walk.Structures())
        {
            FrameChannelKind? kind = definition.Name switch
            {
                "FrProcData" => FrameChannelKind.Proc,
                "FrAdcData" => FrameChannelKind.Adc,
                "FrSimData" => FrameChannelKind.Sim,
                _ => null,
            };
            if (kind is null && definition.Name != "FrameH") continue;
            var structure = source.Structure(head, definition.Expected(source.Place(head.Offset, definition.Name)));
            if (kind is null)
            {
                frames.Add(FrameSpan.Of(structure.Place, structure.Whole("GTimeS"), structure.Whole("GTimeN"), structure.Real("dt"),
                    structure.Whole("run"), structure.Whole("frame"), head.Offset));
                continue;
            }
            if (frames.Count == 0) throw structure.Place.Damage("belongs to no frame");
            var key = (structure.Text("name"), kind.Value);
            if (!entries.TryGetValue(key, out var positions)) entries[key] = positions = [];
            while (positions.Count < frames.Count - 1) positions.Add(0);
            if (positions.Count < frames.Count) positions.Add(head.Offset);
        }
        return new(frames,
            [
                .. entries.OrderBy(e => e.Key.Kind).ThenBy(e => e.Key.Name, StringComparer.Ordinal)
                    .Select(e => new FrameEntry(e.Key.Name, e.Key.Kind)
                    {
                        Positions = [.. e.Value, .. new long[frames.Count - e.Value.Count]],
                    }),
            ], walk.Classes.ToDictionary(c => c.Key, c => c.Value.Name));
    }
}
