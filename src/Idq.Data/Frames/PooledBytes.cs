using System.Buffers;

namespace Idq.Data.Frames;

/// <summary>Bytes on loan from the pool, until they are disposed.</summary>
sealed class PooledBytes(int length) : IDisposable
{
    /// <summary>The array, which may be longer than <see cref="Span"/>.</summary>
    public byte[] Array { get; } = ArrayPool<byte>.Shared.Rent(length);

    /// <summary>The bytes.</summary>
    public Span<byte> Span => Array.AsSpan(0, length);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Array);
}
