using System.Buffers.Binary;

namespace Idq.Tracking;

/// <summary>A client's messages that are not acknowledged, in a folder. Every message is written when it is made.</summary>
/// <remarks>
/// It survives the death of the client's process, not a power failure. What was acknowledged
/// may be sent again after a restart: rows are kept once.
/// </remarks>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class Spool(string folder, long limit) : IDisposable
{
    const int HeadBytes = 5;

    readonly SegmentedLog log = new(folder, Math.Clamp(limit / 8, 1 << 16, 1 << 24));

    public bool IsFull => log.Bytes >= limit;

    /// <summary>The messages of the client that had the spool before.</summary>
    public IEnumerable<(LogPosition Position, byte[] Payload, int Records, bool IsCompressed)> TakeOver()
    {
        foreach (var (position, body) in log.ReadOld())
        {
            if (body.Length >= HeadBytes)
                yield return (position, body[HeadBytes..], BinaryPrimitives.ReadInt32LittleEndian(body), body[4] != 0);
        }
    }

    /// <summary>Writes a message at the end; where it lies.</summary>
    public LogPosition Add(ReadOnlySpan<byte> payload, int records, bool isCompressed)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, records);
        head[4] = isCompressed ? (byte)1 : (byte)0;
        var position = log.Append(head, payload);
        log.Write(flush: false);
        return position;
    }

    /// <summary>The payload of a message that is not kept in memory.</summary>
    public byte[] Read(LogPosition position) => log.Read(position)[HeadBytes..];

    /// <summary>Everything before <paramref name="oldest"/> is acknowledged or given up; null: everything.</summary>
    public void Release(LogPosition? oldest)
    {
        if (oldest is { } position) log.ReleaseBefore(position);
        // A file for every few messages would cost more than it frees.
        else if (log.Bytes > 1 << 20) log.ReleaseAll();
    }

    /// <summary>All are acknowledged: nothing stays behind.</summary>
    public void Clear() => log.ReleaseAll();

    public void Dispose() => log.Dispose();
}
