using System.Globalization;

namespace Idq.Data;

/// <summary>The span in a file name by LIGO-T050017: "OBSERVATORY-DESCRIPTION-START-DURATION.ext", whole GPS seconds.</summary>
public static class FileSpan
{
    /// <summary>
    /// The span of a file name, with or without a folder, and what stands before it ("H-KW_TRIGGERS"). A span of no time is none.
    /// </summary>
    public static bool TryParse(string path, out Segment span, out string name)
    {
        (span, name) = (default, "");
        var file = Path.GetFileName(path.AsSpan());
        var dash = file.LastIndexOf('-');
        if (dash <= 0) return false;
        var duration = file[(dash + 1)..];
        if (duration.IndexOf('.') is >= 0 and var dot) duration = duration[..dot];
        var before = file[..dash];
        dash = before.LastIndexOf('-');
        if (dash <= 0) return false;
        if (!TryWhole(duration, out var length) || length == 0 || !TryWhole(before[(dash + 1)..], out var start)) return false;
        (span, name) = (Segment.FromSeconds(start, start + length), before[..dash].ToString());
        return true;
    }

    static bool TryWhole(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 4_000_000_000;
}
