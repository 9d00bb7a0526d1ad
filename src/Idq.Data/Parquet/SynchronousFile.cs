namespace Idq.Data.Parquet;

/// <summary>
/// A file whose asynchronous calls are done when they return. A plain file would hand each of them to another thread, for which a caller
/// that is not asynchronous itself would have to wait.
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="mode">Whether it is there already.</param>
/// <param name="access">What is done with it; others may read it meanwhile.</param>
public sealed class SynchronousFile(string path, FileMode mode, FileAccess access) : FileStream(path, mode, access, FileShare.Read)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flush();
        return Task.CompletedTask;
    }
}
