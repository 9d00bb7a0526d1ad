using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>Where an entry lies on disk.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Segment">The file's number.</param>
/// <param name="Offset">Where its payload begins.</param>
/// <param name="Length">How long its payload is.</param>
sealed record SpoolPointer(long Sequence, int Segment, long Offset, int Length)
{
    /// <summary>True when an earlier attempt may have reached the target.</summary>
    public bool IsResent { get; set; }
}

/// <summary>
/// The files of a spool: numbered segments of entries, a log of what was delivered, a log of what was refused. Segments are only appended
/// to and deleted as a whole; the log of progress is rewritten beside itself and renamed. Not safe for many threads.
/// </summary>
sealed class SpoolDirectory : IDisposable
{
    const int ProgressBytes = 4 << 20;
    const int WorthDeleting = 1 << 16;
    readonly string path;
    readonly int segmentBytes;
    readonly FileStream ownership;
    readonly SpoolFile refused;
    readonly Dictionary<int, Segment> segments = [];
    SpoolFile progress;
    SpoolFile? current;
    int currentNumber;

    public SpoolDirectory(string path, int segmentBytes)
    {
        this.path = path;
        this.segmentBytes = segmentBytes;
        Directory.CreateDirectory(path);
        try
        {
            ownership = new FileStream(In("owner"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"spool '{path}' cannot be used: another process uses it, or its files cannot be opened",
                e
            );
        }

        ReadSegments(ReadProgress());
        progress = new SpoolFile(In("progress.log"));
        refused = new SpoolFile(In("refused.log"));
        Compact();
    }

    /// <summary>Entries found when it was opened that were not delivered, in their order.</summary>
    public List<(SpoolPointer Pointer, SpoolEntry Entry)> Found { get; } = [];

    /// <summary>Ids that the target gave to runs that were made for the spool.</summary>
    public Dictionary<string, string> RunIds { get; } = [];

    /// <summary>Bytes of files that belong to no whole entry: torn ends, damage.</summary>
    public long Damaged { get; private set; }

    /// <summary>The greatest number of an entry so far.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Bytes of entries on disk.</summary>
    public long Bytes { get; private set; }

    /// <summary>Keeps an entry; when this returns, it survives the failure of the machine.</summary>
    public SpoolPointer Append(SpoolEntry entry)
    {
        if (current is null || current.Length >= segmentBytes)
        {
            current?.Dispose();
            var last = segments.Count == 0 ? currentNumber : Math.Max(currentNumber, segments.Keys.Max());
            current = new SpoolFile(SegmentPath(last + 1));
            currentNumber = last + 1;
            segments.Add(currentNumber, new Segment());
        }

        var payload = entry.Encode();
        var pointer = new SpoolPointer(entry.Sequence, currentNumber, current.Append(payload, isDurable: true), payload.Length);
        LastSequence = Math.Max(LastSequence, entry.Sequence);
        segments[currentNumber].Waiting++;
        segments[currentNumber].Bytes += payload.Length;
        Bytes += payload.Length;
        return pointer;
    }

    public SpoolEntry Read(SpoolPointer pointer)
    {
        using var file = File.OpenHandle(
            SegmentPath(pointer.Segment),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var payload = new byte[pointer.Length];
        for (var read = 0; read < payload.Length;)
        {
            var got = RandomAccess.Read(file, payload.AsSpan(read), pointer.Offset + read);
            read += got > 0 ? got : throw new EndOfStreamException($"spool '{path}' is shorter than it was");
        }

        return SpoolEntry.Decode(payload);
    }

    /// <summary>
    /// Notes that an entry needs no more attempts. When the note is lost the entry is delivered once more, which changes nothing.
    /// </summary>
    public void Done(SpoolPointer pointer)
    {
        var segment = segments[pointer.Segment];
        if (segment.Done.Add(pointer.Sequence))
            segment.Waiting--;
        // The file that is appended to goes once it is worth the trouble of another.
        if (
            segment.Waiting == 0
            && (pointer.Segment != currentNumber || current is null || current.Length >= Math.Min(segmentBytes, WorthDeleting))
        )
            Delete(pointer.Segment);
        else
            progress.Append(MlflowJson.Object(json => json.WriteNumber("done", pointer.Sequence)), isDurable: false);
        if (progress.Length > ProgressBytes)
            Compact();
    }

    /// <summary>Notes the id of a run that was made.</summary>
    public void Made(string run, string id)
    {
        RunIds[run] = id;
        progress.Append(RunId(run, id), isDurable: true);
    }

    /// <summary>Keeps an entry that the target does not want, with the reason.</summary>
    public void Refuse(SpoolEntry entry) => refused.Append(entry.Encode(), isDurable: true);

    public IReadOnlyList<SpoolEntry> ReadRefused() => [.. Payloads(refused.Path).Select(SpoolEntry.Decode)];

    /// <summary>Puts what was refused back among what waits.</summary>
    public List<(SpoolPointer Pointer, SpoolEntry Entry)> TakeRefusedBack()
    {
        var again = new List<(SpoolPointer, SpoolEntry)>();
        foreach (var refusal in ReadRefused())
        {
            var entry = refusal with { Sequence = LastSequence + 1, Refusal = null };
            again.Add((Append(entry), entry));
        }

        // Only now: what is in both after a crash is sent twice, which changes nothing.
        refused.Clear();
        return again;
    }

    /// <summary>What a directory holds; nothing in it is changed.</summary>
    public static SpoolContents Look(string path)
    {
        if (!File.Exists(Path.Combine(path, "owner")))
            throw new DirectoryNotFoundException($"'{path}' is not the folder of a spool");
        var done = Payloads(Path.Combine(path, "progress.log"))
            .Select(payload => JsonDocument.Parse(payload))
            .Select(json => json.RootElement.OptionalInteger("done"))
            .ToHashSet();
        var waiting = Directory
            .EnumerateFiles(path, "*.spool")
            .Order(StringComparer.Ordinal)
            .SelectMany(Payloads)
            .Select(payload => SpoolEntry.Decode(payload))
            .Where(entry => !done.Contains(entry.Sequence));
        return new SpoolContents(
            [.. waiting.GroupBy(entry => entry.Run, (run, entries) => new SpooledRun(run, entries.Count()))],
            [
                .. Payloads(Path.Combine(path, "refused.log"))
                    .Select(payload => SpoolEntry.Decode(payload))
                    .Select(entry => new SpoolRefusal(entry.Run, entry.Refusal ?? "")),
            ]
        );
    }

    public void Dispose()
    {
        if (segments.TryGetValue(currentNumber, out var last) && last.Waiting == 0)
            Delete(currentNumber);
        current?.Dispose();
        progress.Dispose();
        refused.Dispose();
        ownership.Dispose();
    }

    /// <summary>Reads the ids of runs, and returns the entries that were delivered.</summary>
    HashSet<long> ReadProgress()
    {
        var delivered = new HashSet<long>();
        foreach (var payload in Payloads(In("progress.log")))
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.OptionalInteger("done") is { } done)
                delivered.Add(done);
            else
                RunIds[json.RootElement.Text("run")] = json.RootElement.Text("id");
        }

        return delivered;
    }

    void ReadSegments(HashSet<long> done)
    {
        var numbers = Directory.EnumerateFiles(path, "*.spool")
            .Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file), out var number) ? number : 0)
            .Where(number => number > 0)
            .Order();
        foreach (var number in numbers)
        {
            var segment = new Segment();
            segments.Add(number, segment);
            var file = File.ReadAllBytes(SegmentPath(number));
            var frames = SpoolFrame.Scan(file, out var damaged);
            Damaged += damaged;
            foreach (var (offset, length) in frames)
            {
                var entry = SpoolEntry.Decode(file.AsMemory(offset, length));
                LastSequence = Math.Max(LastSequence, entry.Sequence);
                segment.Bytes += length;
                if (done.Contains(entry.Sequence))
                {
                    segment.Done.Add(entry.Sequence);
                    continue;
                }

                segment.Waiting++;
                Found.Add((new SpoolPointer(entry.Sequence, number, offset, length) { IsResent = true }, entry));
            }

            Bytes += segment.Bytes;
            currentNumber = Math.Max(currentNumber, number);
        }

        foreach (var number in segments.Where(pair => pair.Value.Waiting == 0).Select(pair => pair.Key).ToList())
            Delete(number);
    }

    void Delete(int number)
    {
        if (number == currentNumber)
        {
            current?.Dispose();
            current = null;
        }

        Bytes -= segments[number].Bytes;
        segments.Remove(number);
        File.Delete(SegmentPath(number));
    }

    /// <summary>Leaves in the log of progress what is still of use.</summary>
    void Compact()
    {
        progress.Dispose();
        var next = In("progress.new");
        File.Delete(next);
        using (var file = new SpoolFile(next))
        {
            foreach (var (run, id) in RunIds)
                file.Append(RunId(run, id), isDurable: false);
            foreach (var done in segments.Values.SelectMany(segment => segment.Done))
                file.Append(MlflowJson.Object(json => json.WriteNumber("done", done)), isDurable: false);
            file.Append("{\"done\":0}"u8, isDurable: true);
        }

        File.Move(next, In("progress.log"), overwrite: true);
        progress = new SpoolFile(In("progress.log"));
    }

    static byte[] RunId(string run, string id) => MlflowJson.Object(json =>
    {
        json.WriteString("run", run);
        json.WriteString("id", id);
    });

    static IEnumerable<ReadOnlyMemory<byte>> Payloads(string path)
    {
        var file = File.Exists(path) ? File.ReadAllBytes(path) : [];
        return SpoolFrame.Scan(file, out _).Select(frame => new ReadOnlyMemory<byte>(file, frame.Offset, frame.Length));
    }

    string In(string name) => Path.Combine(path, name);

    string SegmentPath(int number) => In($"{number:d8}.spool");

    sealed class Segment
    {
        public int Waiting { get; set; }

        public long Bytes { get; set; }

        public HashSet<long> Done { get; } = [];
    }
}
