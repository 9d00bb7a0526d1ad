using System.IO.Compression;
using System.Text.Json;

namespace Idq.Tracking;

/// <summary>
/// What the ledger keeps of the entries of a compacted file: JSON under Brotli, in columns of differences, so that entries that are alike
/// cost a few bytes each.
/// </summary>
static class CompactedEntries
{
    /// <summary>Packs entries in the order of their numbers.</summary>
    public static byte[] Pack(IReadOnlyList<Product> entries)
    {
        var (parents, attributes) = (new Words(), new Words());
        var columns = new Columns(
            Differences(entries.Select(e => e.Seq)), Differences(entries.Select(e => e.StartNs)),
            [.. entries.Select(e => e.EndNs - e.StartNs)], Differences(entries.Select(e => e.Rows!.Value.First)),
            [.. entries.Select(e => e.Rows!.Value.Count)], [.. entries.Select(e => parents.Code(string.Join(',', e.Parents)))],
            [.. entries.Select(e => attributes.Code(e.Attributes))], parents.Texts, attributes.Texts);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest)) JsonSerializer.Serialize(brotli, columns);
        return packed.ToArray();
    }

    /// <summary>The entries of a compacted file, in the order of their numbers.</summary>
    public static IEnumerable<Product> Unpack(Product file, byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        var columns = JsonSerializer.Deserialize<Columns>(brotli)!;
        var parents = Array.ConvertAll(columns.ParentLists, Numbers);
        var (seq, start, first) = (0L, 0L, 0L);
        for (var i = 0; i < columns.Seq.Length; i++)
        {
            start = unchecked(start + columns.Start[i]);
            first += columns.First[i];
            var rows = new FileRows(first, columns.Count[i]);
            yield return file with
            {
                Seq = seq += columns.Seq[i],
                FirstSeq = seq,
                StartNs = start,
                EndNs = unchecked(start + columns.Length[i]),
                Path = rows.Count == 0 ? "" : file.Path,
                Sha256 = rows.Count == 0 ? "" : file.Sha256,
                Parents = parents[columns.Parents[i]],
                Attributes = columns.AttributeTexts[columns.Attributes[i]],
                Rows = rows,
            };
        }
    }

    /// <summary>Numbers that are separated by commas.</summary>
    public static long[] Numbers(string text) => text.Length == 0 ? [] : Array.ConvertAll(text.Split(','), long.Parse);

    static long[] Differences(IEnumerable<long> values)
    {
        var last = 0L;
        return [.. values.Select(value =>
        {
            var difference = unchecked(value - last);
            last = value;
            return difference;
        })];
    }

    sealed record Columns(
        long[] Seq, long[] Start, long[] Length, long[] First, long[] Count, int[] Parents, int[] Attributes,
        string[] ParentLists, string[] AttributeTexts);

    // Texts that come again and again are kept once.
    sealed class Words
    {
        readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);

        public string[] Texts => [.. codes.Keys];

        public int Code(string text)
        {
            if (!codes.TryGetValue(text, out var code)) codes.Add(text, code = codes.Count);
            return code;
        }
    }
}
