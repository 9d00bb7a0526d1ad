namespace Idq.Data;

/// <summary>Tells whether a Parquet file was written to its end.</summary>
static class ParquetTail
{
    /// <summary>True when the file ends as Parquet does; one that is being written, or has vanished, does not.</summary>
    public static bool IsWhole(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = TextBytes.Open(path);
        Span<byte> end = stackalloc byte[4];
        if (file.Length < end.Length) return false;
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        return end.SequenceEqual("PAR1"u8) || end.SequenceEqual("PARE"u8);
    }
}
