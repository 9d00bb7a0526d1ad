using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>Owns a <c>duckdb_prepared_statement</c>.</summary>
sealed class StatementHandle : SafeHandle
{
    internal StatementHandle(nint statement)
        : base(nint.Zero, ownsHandle: true) => SetHandle(statement);

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The raw handle; the caller keeps this object alive while it is used.</summary>
    internal nint Raw => handle;

    protected override bool ReleaseHandle()
    {
        DuckNative.DestroyPrepare(ref handle);
        return true;
    }
}
