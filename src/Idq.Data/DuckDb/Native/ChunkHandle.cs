using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>Owns a <c>duckdb_data_chunk</c>.</summary>
sealed class ChunkHandle : SafeHandle
{
    internal ChunkHandle(nint chunk)
        : base(nint.Zero, ownsHandle: true) => SetHandle(chunk);

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The raw handle; the caller keeps this object alive while it is used.</summary>
    internal nint Raw => handle;

    protected override bool ReleaseHandle()
    {
        DuckNative.DestroyDataChunk(ref handle);
        return true;
    }
}
