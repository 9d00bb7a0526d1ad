using NodaTime;

namespace Idq.Tracking;

/// <summary>One row of the ledger: a file that exists, complete and unchanging. Parents compare by reference in equality.</summary>
/// <param name="Seq">Its sequence number: 1, 2, 3… in the order of commits, without gaps.</param>
/// <param name="Kind">What it is: model, quiver, map, series…</param>
/// <param name="Nickname">The classifier or source that it belongs to.</param>
/// <param name="StartNs">Start of its span [start, end), GPS nanoseconds.</param>
/// <param name="EndNs">End of its span, GPS nanoseconds; never before the start.</param>
/// <param name="Path">Where the file is; unique in a store.</param>
/// <param name="Sha256">The file's SHA-256: 64 lower-case hexadecimal digits.</param>
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

    /// <summary>When it was registered.</summary>
    public Instant Registered { get; init; }
}
