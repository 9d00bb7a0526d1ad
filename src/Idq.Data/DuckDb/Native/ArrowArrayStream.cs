using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary><c>ArrowArrayStream</c> of the Arrow C stream interface.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ArrowArrayStream
{
    internal delegate* unmanaged[Cdecl]<ArrowArrayStream*, ArrowSchema*, int> GetSchema;
    internal delegate* unmanaged[Cdecl]<ArrowArrayStream*, ArrowArray*, int> GetNext;
    internal delegate* unmanaged[Cdecl]<ArrowArrayStream*, byte*> GetLastError;
    internal delegate* unmanaged[Cdecl]<ArrowArrayStream*, void> Release;
    internal void* PrivateData;
}
