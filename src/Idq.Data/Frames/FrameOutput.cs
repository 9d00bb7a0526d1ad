namespace Idq.Data.Frames;

/// <summary>
/// A frame file that is being written: structures with their checksums, each class defined before its first use, and in the end the
/// table of contents.
/// </summary>
sealed class FrameOutput
{
    const int LibraryRevision = 1;

    // Who wrote the file: 0 is none of the field's libraries.
    const int Library = 0;

    readonly Stream stream;
    readonly StructureWriter fields;
    readonly StructureWriter whole;
    readonly List<FrameClass> defined = [];
    readonly List<(Frame Frame, long Position, long FirstAdc)> frames = [];
    readonly SortedDictionary<string, long> detectors = new(StringComparer.Ordinal);
    readonly Dictionary<FrameChannelKind, SortedDictionary<string, (FrameConverter? Converter, List<long> Positions)>> channels;
    readonly uint headerChecksum;
    FrameChecksum checksum;
    long position;
    int headers;
    int elements;

    /// <summary>Begins a file with its header.</summary>
    public FrameOutput(Stream stream, bool isLittleEndian)
    {
        this.stream = stream;
        (fields, whole) = (new(isLittleEndian), new(isLittleEndian));
        channels = Enum.GetValues<FrameChannelKind>().ToDictionary(
            k => k, _ => new SortedDictionary<string, (FrameConverter?, List<long>)>(StringComparer.Ordinal));
        whole.Bytes("IGWD\0"u8).Byte(8).Byte(LibraryRevision).Byte(2).Byte(4).Byte(8).Byte(4).Byte(8)
            .Int16(0x1234).Int32(0x12345678).Int64(0x0123456789abcdef).Single(MathF.PI).Double(Math.PI).Byte(Library).Byte(1);
        headerChecksum = FrameChecksum.Of(whole.Written);
        Store();
    }

    /// <summary>A pointer to a structure of a class.</summary>
    public static FramePointer Pointer(string name, int instance) => new(FrameClasses.Of(name).Id, instance);

    /// <summary>TAI less UTC, which is what frames call leap seconds.</summary>
    public static int LeapSecondsAt(GpsTime time) => LeapSeconds.BuiltIn.At(time) + LeapSeconds.TaiMinusGps;

    /// <summary>Begins a frame; what is added then belongs to it.</summary>
    public void BeginFrame(Frame frame)
    {
        Define("FrameH");
        frames.Add((frame, position, 0));
    }

    /// <summary>Adds a detector, which the table of contents lists.</summary>
    public void AddDetector(string name, int instance, Action<StructureWriter> write) =>
        detectors.TryAdd(name, Add("FrDetector", instance, write));

    /// <summary>Adds a channel, which the table of contents lists.</summary>
    public void AddChannel(FrameChannelHead head, int instance, Action<StructureWriter> write)
    {
        var at = Add(FrameEntry.ClassOf(head.Kind), instance, write);
        var listed = channels[head.Kind];
        if (!listed.TryGetValue(head.Name, out var entry)) listed[head.Name] = entry = (head.Converter, []);
        while (entry.Positions.Count < frames.Count - 1) entry.Positions.Add(0);
        entry.Positions.Add(at);
        if (head.Kind == FrameChannelKind.Adc && frames[^1].FirstAdc == 0) frames[^1] = frames[^1] with { FirstAdc = at };
    }

    /// <summary>Adds a structure; where it begins.</summary>
    /// <param name="name">Its class.</param>
    /// <param name="instance">Its number among those of its class in the frame.</param>
    /// <param name="write">Writes the fields but the last one, the checksum.</param>
    public long Add(string name, long instance, Action<StructureWriter> write)
    {
        Define(name);
        fields.Clear();
        write(fields);
        return Add(FrameClasses.Of(name).Id, instance);
    }

    /// <summary>Ends the file.</summary>
    public void End(bool hasTable)
    {
        // The dictionary of what follows the last frame begins anew, as the field's libraries write it.
        (headers, elements) = (0, 0);
        if (hasTable) Define("FrTOC");
        var table = position;
        if (hasTable) Add("FrTOC", 0, Table);
        Define("FrEndOfFile");
        fields.Clear();
        var size = FrameContents.EndSize;
        fields.Int32(frames.Count).Int64(position + size).Int64(hasTable ? position + size - table : 0).Int32(headerChecksum);
        whole.Clear();
        whole.Int64(size).Byte(1).Byte(FrameClasses.Of("FrEndOfFile").Id).Int32(0).Bytes(fields.Written);
        whole.Int32(FrameChecksum.Of(whole.Written));
        var before = checksum;
        before.Append(whole.Written);
        whole.Int32(before.Value);
        Store();
        stream.Flush();
    }

    void Table(StructureWriter f)
    {
        f.Int16(frames.Count == 0 ? 0 : LeapSecondsAt(frames[0].Frame.Start)).Int32(frames.Count);
        foreach (var (frame, _, _) in frames) f.Int32(frame.DataQuality);
        foreach (var (frame, _, _) in frames) f.Int32(frame.Start.Seconds);
        foreach (var (frame, _, _) in frames) f.Int32(frame.Start.SubsecondNanoseconds);
        foreach (var (frame, _, _) in frames) f.Double(frame.Duration / (double)GpsTime.NanosecondsPerSecond);
        foreach (var (frame, _, _) in frames) f.Int32(frame.Run);
        foreach (var (frame, _, _) in frames) f.Int32(frame.Number);
        foreach (var (_, at, _) in frames) f.Int64(at);
        foreach (var (_, _, adc) in frames) f.Int64(adc);
        // No serial data, tables and messages.
        for (var i = 0; i < 3 * frames.Count; i++) f.Int64(0);
        f.Int32(defined.Count);
        foreach (var definition in defined) f.Int16(definition.Id);
        foreach (var definition in defined) f.Text(definition.Name);
        f.Int32(detectors.Count);
        foreach (var name in detectors.Keys) f.Text(name);
        foreach (var at in detectors.Values) f.Int64(at);
        // No static data: neither kinds nor instances.
        f.Int32(0).Int32(0);
        foreach (var kind in new[] { FrameChannelKind.Adc, FrameChannelKind.Proc, FrameChannelKind.Sim })
        {
            var listed = channels[kind];
            f.Int32(listed.Count);
            foreach (var name in listed.Keys) f.Text(name);
            if (kind == FrameChannelKind.Adc)
            {
                foreach (var (converter, _) in listed.Values) f.Int32(converter?.Number ?? 0);
                foreach (var (converter, _) in listed.Values) f.Int32(converter?.Group ?? 0);
            }
            foreach (var (_, positions) in listed.Values)
                for (var i = 0; i < frames.Count; i++) f.Int64(i < positions.Count ? positions[i] : 0);
        }
        // No serial data, summaries, events and simulated events, with their totals.
        for (var i = 0; i < 6; i++) f.Int32(0);
    }

    void Define(string name)
    {
        var definition = FrameClasses.Of(name);
        if (defined.Contains(definition)) return;
        defined.Add(definition);
        fields.Clear();
        fields.Text(name).Int16(definition.Id).Text(definition.Comment);
        Add(FrameClasses.HeaderId, headers++);
        foreach (var field in definition.Fields)
        {
            fields.Clear();
            fields.Text(field.Name).Text(field.Type).Text(field.Comment);
            Add(FrameClasses.ElementId, elements++);
        }
    }

    long Add(int classId, long instance)
    {
        var at = position;
        whole.Clear();
        whole.Int64(StructureHead.Size + fields.Written.Length + 4).Byte(1).Byte(classId).Int32(instance).Bytes(fields.Written);
        whole.Int32(FrameChecksum.Of(whole.Written));
        Store();
        return at;
    }

    void Store()
    {
        stream.Write(whole.Written);
        checksum.Append(whole.Written);
        position += whole.Written.Length;
    }
}
