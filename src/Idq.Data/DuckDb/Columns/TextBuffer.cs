using System.Text;

namespace Idq.Data.DuckDb.Columns;

/// <summary>How texts become UTF-8 bytes with 64-bit offsets.</summary>
static unsafe class TextBuffer
{
    internal static long ByteCount(IReadOnlyList<string?> texts)
    {
        var bytes = 0L;
        for (var i = 0; i < texts.Count; i++)
            bytes += texts[i] is { } text ? Encoding.UTF8.GetByteCount(text) : 0;
        return bytes;
    }

    /// <summary>Fills in one offset more than there are texts, and the bytes.</summary>
    internal static void Encode(IReadOnlyList<string?> texts, long* offsets, byte* bytes, long byteCount)
    {
        var offset = 0L;
        for (var i = 0; i < texts.Count; i++)
        {
            offsets[i] = offset;
            if (texts[i] is { Length: > 0 } text)
                offset += Encoding.UTF8.GetBytes(text, new Span<byte>(bytes + offset, (int)Math.Min(byteCount - offset, int.MaxValue)));
        }

        offsets[texts.Count] = offset;
    }
}
