namespace Idq.Tracking.Mlflow;

/// <summary>A file that frames are appended to.</summary>
sealed class SpoolFile : IDisposable
{
    readonly FileStream stream;

    public SpoolFile(string path)
    {
        Path = path;
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        stream.Seek(0, SeekOrigin.End);
    }

    public string Path { get; }

    public long Length => stream.Position;

    /// <summary>Appends a payload and returns where it begins. A failure leaves the file as it was.</summary>
    /// <param name="payload">What to keep.</param>
    /// <param name="isDurable">Whether it must survive the failure of the machine; that of the process it survives in any case.</param>
    public long Append(ReadOnlySpan<byte> payload, bool isDurable)
    {
        var start = stream.Position;
        try
        {
            stream.Write(SpoolFrame.Encode(payload));
            if (isDurable)
                stream.Flush(flushToDisk: true);
            return start + SpoolFrame.HeaderLength;
        }
        catch (IOException)
        {
            stream.SetLength(start);
            stream.Position = start;
            throw;
        }
    }

    /// <summary>Takes everything out.</summary>
    public void Clear()
    {
        stream.SetLength(0);
        stream.Flush(flushToDisk: true);
    }

    public void Dispose() => stream.Dispose();
}
