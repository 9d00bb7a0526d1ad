namespace Idq.Tracking;

/// <summary>Entries of the ledger whose rows lie in one file now, which takes the place of theirs.</summary>
/// <param name="File">
/// The file: of the kind, nickname and job of the entries, with their parents, or no file when none of them has rows. Its span becomes
/// that of the entries together.
/// </param>
/// <param name="Entries">Two or more entries, each not compacted yet, in the order of their rows in the file.</param>
public sealed record Compaction(ProductDraft File, IReadOnlyList<CompactedEntry> Entries)
{
    internal void Validate()
    {
        File.Validate();
        if (Entries.Count < 2) throw new ArgumentException($"{Entries.Count} entries are nothing to compact; expected two or more");
        var row = 0L;
        foreach (var entry in Entries)
        {
            if (entry.Rows.First != row || entry.Rows.Count < 0)
                throw new ArgumentException($"entry {entry.Seq} has rows {entry.Rows.First}+{entry.Rows.Count}; expected them at {row}");
            row += entry.Rows.Count;
        }
        if (row > 0 && !File.HasFile) throw new ArgumentException($"{row} rows need a file");
    }
}

/// <summary>An entry in a compacted file.</summary>
/// <param name="Seq">Its sequence number.</param>
/// <param name="Rows">Where its rows are.</param>
public readonly record struct CompactedEntry(long Seq, FileRows Rows);
