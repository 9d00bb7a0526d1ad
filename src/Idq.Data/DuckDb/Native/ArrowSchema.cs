using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary><c>ArrowSchema</c> of the Arrow C data interface.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct ArrowSchema
{
    /// <summary>The flag that says that values may be null.</summary>
    internal const long Nullable = 2;

    internal byte* Format;
    internal byte* Name;
    internal byte* Metadata;
    internal long Flags;
    internal long ChildCount;
    internal ArrowSchema** Children;
    internal ArrowSchema* Dictionary;
    internal delegate* unmanaged[Cdecl]<ArrowSchema*, void> Release;
    internal void* PrivateData;
}
