using NodaTime;

namespace Idq.Tracking;

/// <summary>One entry of the ledger: a file that exists, complete and unchanging. Parents compare by reference in equality.</summary>
/// <remarks>
/// An entry may have no file, and its rows may have been compacted into a file with those of other entries. Listed as a whole, that file is
/// one product which stands for all of them (<see cref="IsCompacted"/>); listed one by one, each of them names it and says which rows of it
/// are its own (<see cref="Rows"/>).
/// </remarks>
/// <param name="Seq">Its sequence number: 1, 2, 3… in the order of commits, without gaps; the last one of a compacted file.</param>
/// <param name="Kind">What it is: model, quiver, map, series…</param>
/// <param name="Nickname">The classifier or source that it belongs to.</param>
/// <param name="StartNs">Start of its span [start, end), GPS nanoseconds.</param>
/// <param name="EndNs">End of its span, GPS nanoseconds; never before the start.</param>
/// <param name="Path">Where the file is; unique in a store, but for entries that share a file. Empty when there is none.</param>
/// <param name="Sha256">The file's SHA-256: 64 lower-case hexadecimal digits; empty when there is no file.</param>
/// <param name="Parents">Sequence numbers of the products that it was made from, in the order given.</param>
/// <param name="Job">The job that made it.</param>
public sealed record Product(
    long Seq,
    string Kind,
    string Nickname,
    long StartNs,
    long EndNs,
    string Path,
    string Sha256,
    IReadOnlyList<long> Parents,
    string Job)
{
    /// <summary>Anything else its maker wants to keep: a JSON object.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>When it was registered, or compacted.</summary>
    public Instant Registered { get; init; }

    /// <summary>The lowest number that it stands for: its own, unless it is a compacted file.</summary>
    public long FirstSeq { get; init; } = Seq;

    /// <summary>Which rows of the file are its own; null for all of them.</summary>
    public FileRows? Rows { get; init; }

    /// <summary>True when it has a file.</summary>
    public bool HasFile => Path.Length > 0;

    /// <summary>True for a file that stands for several entries.</summary>
    public bool IsCompacted => FirstSeq < Seq;
}

/// <summary>Some rows of a file.</summary>
/// <param name="First">How many rows stand before them.</param>
/// <param name="Count">How many they are.</param>
public readonly record struct FileRows(long First, long Count);
