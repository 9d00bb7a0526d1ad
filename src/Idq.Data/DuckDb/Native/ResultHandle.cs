using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>Owns a <c>duckdb_result</c>, which lives in unmanaged memory so that its address is stable.</summary>
sealed unsafe class ResultHandle : SafeHandle
{
    internal ResultHandle()
        : base(nint.Zero, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(ResultStruct)));

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The structure; the caller keeps this object alive while it is used.</summary>
    internal ResultStruct* Raw => (ResultStruct*)handle;

    protected override bool ReleaseHandle()
    {
        DuckNative.DestroyResult(Raw);
        NativeMemory.Free(Raw);
        return true;
    }
}
