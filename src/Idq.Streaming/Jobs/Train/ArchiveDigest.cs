using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Idq.Streaming;

/// <summary>
/// A SHA-256 of the values of every column of an archive of training, those of the rows first. It is not one of the files' bytes, because
/// it is written into one of them.
/// </summary>
sealed class ArchiveDigest : IDisposable
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Takes in the values of a column, and gives them back.</summary>
    public T[] Add<T>(T[] values) where T : unmanaged
    {
        hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The digest in hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
