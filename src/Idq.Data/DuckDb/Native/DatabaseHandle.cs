using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>Owns a <c>duckdb_database</c>.</summary>
sealed class DatabaseHandle : SafeHandle
{
    internal DatabaseHandle(nint database)
        : base(nint.Zero, ownsHandle: true) => SetHandle(database);

    public override bool IsInvalid => handle == nint.Zero;

    protected override bool ReleaseHandle()
    {
        DuckNative.Close(ref handle);
        return true;
    }
}
