using Idq.Data;

namespace Idq.Streaming;

/// <summary>[segdb]: which time is good.</summary>
public sealed class SegmentOptions
{
    internal SegmentOptions(SectionReader s)
    {
        Files = s.ExistingFiles(
            "files", "",
            "segment files, folders or patterns: segwizard or two-column text, LIGO_LW, or segment-database JSON, plain or gzip; "
                + "default: all time is good");
        Intersect = s.List(
            "intersect", "", "flags IFO:NAME:VERSION that must be active; default: everything in the files", "flags separated by blanks");
        Exclude = s.List("exclude", "", "flags that must not be active", "flags separated by blanks");
        ExcludeFiles = s.ExistingFiles("exclude_files", "", "segment files, folders or patterns of bad time");
        foreach (var (key, flags) in new[] { ("intersect", Intersect), ("exclude", Exclude) })
        {
            foreach (var flag in flags.Where(f => !FlagName.TryParse(f, out _)))
                s.Problem(key, $"'{flag}' is no flag", "write IFO:NAME or IFO:NAME:VERSION");
            if (flags.Count > 0 && Files.Count == 0 && !s.Gives("files"))
                s.Problem(key, $"{key} names flags, and [segdb] has no files to look for them", "name segment files in 'files'");
        }
        MaxWait = s.Duration(
            "max_wait", "0", "live: how long a stride waits for the database to know its time before it goes on without the unknown part",
            orInfinite: true);
    }

    /// <summary>Files of good time.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Flags that must be active.</summary>
    public IReadOnlyList<string> Intersect { get; }

    /// <summary>Flags that must not be active.</summary>
    public IReadOnlyList<string> Exclude { get; }

    /// <summary>Files of bad time.</summary>
    public IReadOnlyList<string> ExcludeFiles { get; }

    /// <summary>Nanoseconds that a live stride waits for unknown time to become known.</summary>
    public long MaxWait { get; }

    /// <summary>The database that these options name; null when there is none, and all time is good.</summary>
    /// <exception cref="DataException">A file cannot be read, or no file holds a flag.</exception>
    public GoodTime? Open() => GoodTime.Open(Files, Intersect, Exclude, ExcludeFiles);
}
