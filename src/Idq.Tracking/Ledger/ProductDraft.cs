using System.Buffers;

namespace Idq.Tracking;

/// <summary>A product about to be registered: a <see cref="Product"/> without its sequence number.</summary>
/// <param name="Kind">What it is; not empty.</param>
/// <param name="Nickname">The classifier or source that it belongs to; not empty.</param>
/// <param name="StartNs">Start of its span [start, end), GPS nanoseconds.</param>
/// <param name="EndNs">End of its span, GPS nanoseconds; not before the start.</param>
/// <param name="Path">Where the file is; no product of the store has it yet.</param>
/// <param name="Sha256">The file's SHA-256: 64 lower-case hexadecimal digits.</param>
/// <param name="Parents">
/// Sequence numbers of products registered before; −k is the k-th product of the same commit, which stands before this one.
/// </param>
/// <param name="Job">The job that made it; not empty.</param>
public sealed record ProductDraft(
    string Kind,
    string Nickname,
    long StartNs,
    long EndNs,
    string Path,
    string Sha256,
    IReadOnlyList<long> Parents,
    string Job)
{
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Anything else to keep: a JSON object.</summary>
    public string Attributes { get; init; } = "{}";

    /// <summary>False for an entry without a file, whose attributes say everything: it has no path and no SHA-256.</summary>
    public bool HasFile { get; init; } = true;

    /// <summary>An entry without a file.</summary>
    public static ProductDraft WithoutFile(
        string kind, string nickname, long startNs, long endNs, IReadOnlyList<long> parents, string job) =>
        new(kind, nickname, startNs, endNs, "", "", parents, job) { HasFile = false };

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Kind);
        ArgumentException.ThrowIfNullOrWhiteSpace(Nickname);
        if (HasFile) ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        else if (Path.Length + Sha256.Length > 0) throw new ArgumentException($"an entry without a file has the path '{Path}'");
        ArgumentException.ThrowIfNullOrWhiteSpace(Job);
        ArgumentNullException.ThrowIfNull(Parents);
        ArgumentNullException.ThrowIfNull(Sha256);
        if (EndNs < StartNs)
            throw new ArgumentException($"product '{Path}' ends at {EndNs} ns, before its start at {StartNs} ns");
        if (HasFile && (Sha256.Length != 64 || Sha256.AsSpan().ContainsAnyExcept(HexDigits)))
            throw new ArgumentException($"product '{Path}' has SHA-256 '{Sha256}': expected 64 lower-case hexadecimal digits");
        Json.RequireObject(Attributes, nameof(Attributes));
    }
}
