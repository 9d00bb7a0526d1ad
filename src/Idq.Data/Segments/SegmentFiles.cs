namespace Idq.Data;

/// <summary>A segment database in files: LIGO_LW, JSON or text.</summary>
/// <remarks>
/// <para>The segments of one flag may be spread over several files (a file a month, say): the flag is what any of them says. So may
/// segments without a name, over files whose names differ in nothing but their span (LIGO-T050017).</para>
/// <para>A file that changes is read again. Files that appear later in a folder or for a pattern are found, and files that vanish are
/// forgotten. A file whose name states its span is asked only about that span and kept in memory only about the time asked for last; while
/// it is being written it knows nothing.</para>
/// </remarks>
/// <threadsafety>Safe for concurrent queries.</threadsafety>
public sealed class SegmentFiles : ISegmentDatabase
{
    static readonly string[] Plain = [".txt", ".seg", ".segs", ".dat", ".csv", ".json", ".xml"];

    readonly FileSelection selection;
    readonly string option;
    readonly Lock changing = new();
    readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    // Lists in files that state their span: they exist, unknown, where no file is.
    readonly HashSet<(string List, FlagName? Flag)> spread = [];

    /// <summary>Finds the files.</summary>
    /// <param name="paths">Files, folders and patterns; see <see cref="FileSelection"/>.</param>
    /// <param name="option">The option that names them, for messages.</param>
    public SegmentFiles(IReadOnlyList<string> paths, string option = "[segdb] files")
    {
        this.option = option;
        selection = new(paths, [.. Plain.SelectMany(e => new[] { e, e + ".gz" })]);
    }

    /// <summary>The files that there are now, in ordinal order.</summary>
    /// <exception cref="DataException">A file or folder that is named is missing.</exception>
    public IReadOnlyList<WatchedSegmentFile> Files
    {
        get
        {
            lock (changing)
            {
                Find();
                return [.. entries.Values.Select(e => e.File)];
            }
        }
    }

    /// <summary>The flags that the files hold now, every version by itself; segments without a name are not among them.</summary>
    /// <exception cref="DataException">A file is missing or malformed.</exception>
    public IReadOnlyList<FlagName> Flags
    {
        get
        {
            lock (changing)
            {
                Find();
                return [.. entries.Values.SelectMany(Read).Select(f => f.Flag).OfType<FlagName>().Distinct()];
            }
        }
    }

    /// <summary>Reads every file once, so that one that cannot be read is told now and not at the first question.</summary>
    /// <exception cref="DataException">There is no file, or one is malformed, or no file holds one of the flags.</exception>
    public void Require(IReadOnlyList<FlagName> flags)
    {
        lock (changing)
        {
            Find();
            if (entries.Count == 0) throw new DataException($"there is no segment file in {selection.Description} of {option}");
            var missing = flags.ToHashSet();
            var held = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var entry in entries.Values)
            {
                foreach (var flag in Read(entry).Select(f => f.Flag).OfType<FlagName>())
                {
                    missing.RemoveWhere(m => m.Covers(flag));
                    held.Add(flag.ToString());
                }
                if (entry.Span is not null) entry.File.Forget();
            }
            if (missing.Count > 0) throw NoFlag(missing.First(), held);
        }
    }

    public ValueTask<SegmentQuery> QueryAsync(FlagName flag, Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (changing)
        {
            var answer = About(span, parts => SegmentQuery.Merge(parts.Where(p => p.Holds(flag)).Select(p => p.Segments.Clip(span))),
                answer => answer.Known);
            if (answer.Known.IsEmpty && !spread.Any(s => s.Flag is { } name && flag.Covers(name))) RequireSomewhere(flag);
            return new(answer);
        }
    }

    /// <summary>What lists of segments say inside a span, each as one: segments without a name, and flags too if asked for.</summary>
    /// <param name="span">The span.</param>
    /// <param name="withFlags">True for flags too, all versions together; a file may hold only one then.</param>
    /// <param name="except">Flags that are left out.</param>
    /// <exception cref="DataException">A file is missing or malformed, or holds several flags.</exception>
    internal IReadOnlyList<SegmentQuery> Lists(Segment span, bool withFlags, IReadOnlyList<FlagName> except)
    {
        bool IsWanted(FlagName? flag) => flag is null || (withFlags && !except.Any(e => e.Covers(flag)));

        lock (changing)
        {
            var missing = spread.Where(s => IsWanted(s.Flag)).Select(s => s.List).Distinct();
            return About(span, parts =>
            {
                foreach (var file in parts.Where(p => IsWanted(p.Flag)).GroupBy(p => p.Path))
                    SegmentFile.RequireOne(file.Key, [.. file.Select(p => (p.Flag, p.Segments))]);
                var answers = parts.Where(p => IsWanted(p.Flag)).GroupBy(p => p.List)
                    .ToDictionary(g => g.Key, g => SegmentQuery.Merge(g.Select(p => p.Segments.Clip(span))));
                foreach (var list in missing) answers.TryAdd(list, SegmentQuery.Unknown);
                return answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => a.Value).ToArray();
            }, answers => answers.Aggregate(SegmentList.Of(span), (known, a) => known & a.Known));
        }
    }

    // Asks the files about a span, and again after a look for new ones when something remains unknown. A file without a span in its name
    // may say anything of any time, so one that is new or gone always counts.
    T About<T>(Segment span, Func<Part[], T> ask, Func<T, SegmentList> known)
    {
        var isFresh = entries.Count == 0 || entries.Values.Any(e => e.Span is null || (e.Touches(span) && !File.Exists(e.File.Path)));
        if (isFresh) Find();
        var answer = ask(Parts(span));
        if (isFresh || known(answer).Contains(span)) return answer;
        Find();
        return ask(Parts(span));
    }

    Part[] Parts(Segment span)
    {
        var parts = new List<Part>();
        foreach (var entry in entries.Values)
        {
            if (!entry.Touches(span)) entry.File.Forget();
            else parts.AddRange(Read(entry).Select(f => new Part(entry.File.Path, entry.List(f.Flag), f.Flag, f.Segments)));
        }
        return [.. parts];
    }

    IReadOnlyList<(FlagName? Flag, SegmentQuery Segments)> Read(Entry entry)
    {
        try
        {
            var flags = entry.File.Flags;
            if (entry.Span is not null) spread.UnionWith(flags.Select(f => (entry.List(f.Flag), f.Flag)));
            return flags;
        }
        catch (DataException e) when (e.IsTransient && entry.Span is not null)
        {
            return [];
        }
    }

    void RequireSomewhere(FlagName flag)
    {
        if (!entries.Values.Reverse().SelectMany(Read).Any(f => f.Flag is { } name && flag.Covers(name)))
            throw NoFlag(flag, Flags.Select(f => f.ToString()));
    }

    void Find()
    {
        var files = selection.List().ToHashSet(StringComparer.Ordinal);
        foreach (var gone in entries.Keys.Where(k => !files.Contains(k)).ToArray()) entries.Remove(gone);
        foreach (var path in files.Except(entries.Keys))
            entries.Add(path, FileSpan.TryParse(path, out var own, out var name) ? new(new(path), own, name) : new(new(path), null, path));
    }

    DataException NoFlag(FlagName flag, IEnumerable<string> held) =>
        new($"no file of {option} holds the flag '{flag}'; they hold {string.Join(", ", held.DefaultIfEmpty("no flag"))}");

    // Name is what files of one list have in common.
    sealed record Entry(WatchedSegmentFile File, Segment? Span, string Name)
    {
        public bool Touches(Segment span) => Span is not { } own || own.Intersects(span);

        public string List(FlagName? flag) => flag is null ? Name : (flag with { Version = null }).ToString();
    }

    readonly record struct Part(string Path, string List, FlagName? Flag, SegmentQuery Segments)
    {
        public bool Holds(FlagName flag) => Flag is { } name && flag.Covers(name);
    }
}
