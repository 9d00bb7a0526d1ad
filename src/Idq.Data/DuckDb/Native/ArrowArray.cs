using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary><c>ArrowArray</c> of the Arrow C data interface.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ArrowArray
{
    internal long Length;
    internal long NullCount;
    internal long Offset;
    internal long BufferCount;
    internal long ChildCount;
    internal void** Buffers;
    internal ArrowArray** Children;
    internal ArrowArray* Dictionary;
    internal delegate* unmanaged[Cdecl]<ArrowArray*, void> Release;
    internal void* PrivateData;
}
