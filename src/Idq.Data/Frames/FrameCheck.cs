namespace Idq.Data.Frames;

/// <summary>Verifies a frame file from its first byte to its last one.</summary>
/// <remarks>
/// Sizes of all structures, the class dictionary (every class defined before its use, as version 8 defines it), all fields, pointers,
/// samples, the table of contents, and the checksums of the header, of the structures and of the file.
/// </remarks>
public sealed class FrameCheck
{
    readonly FrameSource source;
    readonly List<string> problems = [];
    readonly List<SeenFrame> frames = [];
    readonly Dictionary<long, (string Class, string Name, int Frame)> places = [];

    FrameCheck(FrameSource source) => this.source = source;

    /// <summary>What is wrong with a file; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(string path)
    {
        try
        {
            using var source = new FrameSource(path);
            var check = new FrameCheck(source);
            check.Walk();
            return check.problems;
        }
        catch (DataException e)
        {
            return [e.Message];
        }
    }

    void Walk()
    {
        var walk = new FrameWalk(source, e => Tell(e.Message));
        var judged = new HashSet<FrameClass>(ReferenceEqualityComparer.Instance);
        FrameStructure? end = null;
        try
        {
            foreach (var (head, definition) in walk.Structures())
            {
                var expected = FrameClasses.Find(definition.Name);
                if (expected is not null && definition.Difference(expected) is { } difference)
                {
                    if (judged.Add(definition)) Tell($"the class {definition.Name} is defined otherwise than in version 8: {difference}");
                    continue;
                }
                // Libraries do not agree about the names of fields: those of version 8 count.
                if (Read(head, expected ?? definition) is not { } structure)
                {
                    // It is there, damaged: what refers to it is not wrong.
                    if (frames.Count > 0) frames[^1].Own.Add((head.ClassId, head.Instance));
                    continue;
                }
                Enter(head, structure);
                if (definition.Name == "FrEndOfFile") end = structure;
            }
            if (end is null) return;
            CheckEnd(end);
            if (end.Whole("seekTOC") is var seek && seek != 0) CheckTable(FrameContents.Table(source, seek));
        }
        catch (DataException e)
        {
            Tell(e.Message);
        }
    }

    // A structure that cannot be read does not hinder the next one, whose place is known.
    FrameStructure? Read(StructureHead head, FrameClass definition)
    {
        try
        {
            var structure = source.Structure(head, definition);
            if (definition.Name == "FrVect") FrameVector.Read(source, head);
            return structure;
        }
        catch (DataException e)
        {
            Tell(e.Message);
            return null;
        }
    }

    void Enter(StructureHead head, FrameStructure structure)
    {
        var name = structure.Class.Name;
        if (name == "FrameH") frames.Add(new(structure));
        var isNamed = structure.Class.Fields.Count > 0 && structure.Class.Fields[0] is { Name: "name", Element: FieldElement.Text };
        places[head.Offset] = (name, isNamed && name != "FrTOC" ? structure.Text("name") : "", frames.Count - 1);
        if (name is "FrTOC" or "FrEndOfFile") return;
        if (frames.Count == 0 || frames[^1].IsEnded)
        {
            Tell($"{name} at byte {head.Offset} belongs to no frame");
            return;
        }
        var frame = frames[^1];
        if (!frame.Own.Add((head.ClassId, head.Instance)))
            Tell($"{name} at byte {head.Offset} has the instance {head.Instance}, which the frame has already");
        frame.Pointers.AddRange(structure.Pointers.Select(p => (structure.Place, p.Field, p.Pointer)));
        if (name == "FrEndOfFrame") EndFrame(frame, structure);
    }

    void EndFrame(SeenFrame frame, FrameStructure end)
    {
        frame.IsEnded = true;
        // A library of the field leaves the time out here.
        string[] fields = end.Whole("GTimeS") == 0 ? ["run", "frame"] : ["run", "frame", "GTimeS", "GTimeN"];
        foreach (var field in fields)
            if (frame.Header.Whole(field) != end.Whole(field))
                Tell($"FrEndOfFrame at byte {end.Place.Offset} says {field} = {end.Whole(field)}, "
                    + $"its FrameH says {frame.Header.Whole(field)}");
        foreach (var (place, field, pointer) in frame.Pointers)
            if (!frame.Own.Contains((pointer.ClassId, pointer.Instance)))
                Tell($"{place.Structure} at byte {place.Offset} refers by '{field}' to a structure that the frame does not have "
                    + $"(class {pointer.ClassId}, instance {pointer.Instance})");
    }

    void CheckEnd(FrameStructure end)
    {
        foreach (var frame in frames.Where(f => !f.IsEnded)) Tell($"the frame at byte {frame.Header.Place.Offset} has no FrEndOfFrame");
        if (end.Whole("nFrames") != frames.Count)
            Tell($"FrEndOfFile says that there are {end.Whole("nFrames")} frames; there are {frames.Count}");
        if (end.Whole("nBytes") is var bytes && bytes != 0 && bytes != source.Length)
            Tell($"FrEndOfFile says that the file has {bytes} bytes; it has {source.Length}");
        if (end.Place.Offset + FrameContents.EndSize != source.Length) Tell("there are bytes after FrEndOfFile");
        // Even if the header says that there are none: 0 is none.
        if (end.Whole("chkSumFrHeader") is var header && header != 0 && header != source.HeaderChecksum)
            Tell($"the header has the checksum {source.HeaderChecksum:x8}, FrEndOfFile says {header:x8}");
        if (end.Whole("chkSumFile") is var said && source.FileChecksum() is var found && said != 0 && said != found)
            Tell($"the file has the checksum {found:x8}, FrEndOfFile says {said:x8}");
    }

    void CheckTable(FrameStructure table)
    {
        var contents = FrameContents.Listed(table);
        if (contents.Frames.Count != frames.Count)
        {
            Tell($"the table of contents has {contents.Frames.Count} frames; there are {frames.Count}");
            return;
        }
        var listed = new HashSet<long>();
        for (var i = 0; i < frames.Count; i++)
        {
            var header = frames[i].Header;
            var real = FrameSpan.Of(header.Place, header.Whole("GTimeS"), header.Whole("GTimeN"), header.Real("dt"), header.Whole("run"),
                header.Whole("frame"), 0);
            if (contents.Frames[i] with { Position = 0 } != real)
                Tell($"the table of contents has a frame {contents.Frames[i]} where there is {real}");
            CheckPosition(contents.Frames[i].Position, "FrameH", null, i, listed);
        }
        foreach (var entry in contents.Entries)
            for (var i = 0; i < frames.Count; i++)
                if (entry.Positions[i] != 0) CheckPosition(entry.Positions[i], entry.Class, entry.Name, i, listed);
        foreach (var (name, position) in table.Texts("nameDetector").Zip(table.Wholes("positionDetector")))
            CheckPosition(position, "FrDetector", name, null, listed);
        foreach (var (offset, place) in places.OrderBy(p => p.Key))
            if (place.Class is "FrProcData" or "FrAdcData" or "FrSimData" && !listed.Contains(offset))
                Tell($"the table of contents lacks the channel '{place.Name}' ({place.Class} at byte {offset})");
    }

    // A position may be that of the definition of the class, which stands before the first structure of it.
    void CheckPosition(long position, string definition, string? name, int? frame, HashSet<long> listed)
    {
        var head = source.Head(position);
        while (head.IsDefinition) head = source.Head(head.End);
        listed.Add(head.Offset);
        var what = name is null ? definition : $"the {definition} '{name}'";
        if (!places.TryGetValue(head.Offset, out var place))
            Tell($"the table of contents has {what} at byte {position}, where no structure begins");
        else if (place.Class != definition || name is not null && place.Name != name)
            Tell($"the table of contents has {what} at byte {position}, where there is {place.Class} '{place.Name}'");
        else if (frame is { } i && place.Frame != i)
            Tell($"the table of contents has {what} of frame {i} at byte {position}, in frame {place.Frame}");
    }

    void Tell(string problem) => problems.Add(problem);

    sealed class SeenFrame(FrameStructure header)
    {
        public FrameStructure Header { get; } = header;

        public HashSet<(int ClassId, long Instance)> Own { get; } = [];

        public List<(FramePlace Place, string Field, FramePointer Pointer)> Pointers { get; } = [];

        public bool IsEnded { get; set; }
    }
}
