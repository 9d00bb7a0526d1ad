using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>Owns a <c>duckdb_connection</c>.</summary>
sealed class ConnectionHandle : SafeHandle
{
    internal ConnectionHandle(nint connection)
        : base(nint.Zero, ownsHandle: true) => SetHandle(connection);

    public override bool IsInvalid => handle == nint.Zero;

    protected override bool ReleaseHandle()
    {
        DuckNative.Disconnect(ref handle);
        return true;
    }
}
