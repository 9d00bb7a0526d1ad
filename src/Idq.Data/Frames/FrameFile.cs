namespace Idq.Data.Frames;

/// <summary>
/// A file of IGWD frames, version 8 (LIGO-T970130). Channels are found through the table of contents, or by a walk through a file that has
/// none. Checksums are verified of everything that is read.
/// </summary>
/// <threadsafety>For one thread.</threadsafety>
public sealed class FrameFile : IDisposable
{
    readonly FrameSource source;
    readonly FrameContents contents;
    readonly Dictionary<string, FrameEntry> byName;

    FrameFile(FrameSource source, FrameContents contents)
    {
        (this.source, this.contents) = (source, contents);
        byName = contents.Entries.DistinctBy(e => e.Name, StringComparer.Ordinal).ToDictionary(e => e.Name, StringComparer.Ordinal);
    }

    /// <summary>Opens a file and reads its contents.</summary>
    /// <exception cref="DataException">
    /// It cannot be opened, is no frame file of version 8, or is damaged; transient when it is cut off, as one is that is being written.
    /// </exception>
    public static FrameFile Open(string path)
    {
        var source = new FrameSource(path);
        try
        {
            return new(source, FrameContents.Read(source));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path => source.Path;

    /// <summary>The frames in the order of the file.</summary>
    public IReadOnlyList<FrameSpan> Frames => contents.Frames;

    /// <summary>The channels: those of converters, processed ones and simulated ones, each by name.</summary>
    public IReadOnlyList<FrameEntry> Channels => contents.Entries;

    /// <summary>A channel by its name; null when the file has none.</summary>
    public FrameEntry? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>What a frame says of a channel, without its samples; null when the frame does not have it.</summary>
    /// <exception cref="DataException">The file is damaged there.</exception>
    public FrameChannelHead? Describe(int frame, FrameEntry channel) => Locate(frame, channel)?.Head;

    /// <summary>A channel of a frame; null when the frame does not have it.</summary>
    /// <exception cref="DataException">The file is damaged there.</exception>
    public FrameChannel? Read(int frame, FrameEntry channel)
    {
        if (Locate(frame, channel) is not { } found) return null;
        return new(found.Head, FrameVector.Read(source, found.Vector, found.Head.Vector));
    }

    /// <summary>A frame without its channels: project, run, detectors and history.</summary>
    /// <exception cref="DataException">The file is damaged there.</exception>
    public Frame Details(int frame)
    {
        var span = Frames[frame];
        var head = FirstAt(span.Position, "FrameH");
        var structure = source.Structure(head, FrameClasses.Of("FrameH"));
        var history = new List<FrameHistory>();
        var detectors = new List<FrameDetector>();
        foreach (var (next, name) in Following(head))
        {
            // Channels have histories of their own.
            if (name is "FrRawData" or "FrAdcData" or "FrProcData" or "FrSimData" or "FrEndOfFrame") break;
            if (name == "FrDetector") detectors.Add(Detector(source.Structure(next, FrameClasses.Of(name))));
            if (name != "FrHistory") continue;
            var entry = source.Structure(next, FrameClasses.Of(name));
            history.Add(new(entry.Text("name"), entry.Whole("time"), entry.Text("comment")));
        }
        return new(span.Start, span.Duration, [])
        {
            Project = structure.Text("name"), Run = (int)structure.Whole("run"), Number = structure.Whole("frame"),
            DataQuality = structure.Whole("dataQuality"), History = history, Detectors = detectors,
        };
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => source.Dispose();

    static FrameDetector Detector(FrameStructure d) =>
        new(d.Text("name"), System.Text.Encoding.Latin1.GetString(d.Bytes("prefix")), d.Real("longitude"), d.Real("latitude"),
            (float)d.Real("elevation"), (float)d.Real("armXazimuth"), (float)d.Real("armYazimuth"), (float)d.Real("armXaltitude"),
            (float)d.Real("armYaltitude"), (float)d.Real("armXmidpoint"), (float)d.Real("armYmidpoint"))
        {
            LocalTime = (int)d.Whole("localTime"),
        };

    (FrameChannelHead Head, StructureHead Vector)? Locate(int frame, FrameEntry channel)
    {
        if (channel.Positions[frame] is var position && position == 0) return null;
        var head = FirstAt(position, channel.Class);
        var structure = source.Structure(head, FrameClasses.Of(channel.Class));
        if (structure.Text("name") != channel.Name)
            throw structure.Place.Damage($"is the channel '{structure.Text("name")}'; the table of contents has '{channel.Name}' there");
        var vector = VectorOf(structure, head);
        return (FrameVector.Channel(structure, channel, Frames[frame], FrameVector.Head(source, vector)), vector);
    }

    // The frame library of LIGO and its successors write the samples of a channel after it, with what else belongs to it in between.
    StructureHead VectorOf(FrameStructure channel, StructureHead head)
    {
        var pointer = channel.Pointer("data");
        if (pointer.IsNull) throw channel.Place.Damage("has no samples");
        foreach (var (next, name) in Following(head))
        {
            if (next.ClassId == pointer.ClassId && next.Instance == pointer.Instance && name == "FrVect") return next;
            if (name == "FrEndOfFrame") break;
        }
        throw channel.Place.Damage("has samples that are not in the frame after it");
    }

    // A position may be that of the definition of the class, which stands before the first structure of it.
    StructureHead FirstAt(long position, string name)
    {
        var head = source.Head(position);
        while (head.IsDefinition) head = source.Head(head.End);
        return NameOf(head) == name ? head
            : throw source.Place(head.Offset, NameOf(head)).Damage($"stands where the table of contents has {name}");
    }

    IEnumerable<(StructureHead Head, string Name)> Following(StructureHead head)
    {
        for (var at = head.End; at < source.Length;)
        {
            var next = source.Head(at);
            at = next.End;
            if (!next.IsDefinition) yield return (next, NameOf(next));
        }
    }

    string NameOf(StructureHead head) => contents.Names.GetValueOrDefault(head.ClassId, $"the class {head.ClassId}");
}
