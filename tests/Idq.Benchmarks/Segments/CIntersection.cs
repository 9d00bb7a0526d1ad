using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Idq.Benchmarks.Segments;

/// <summary>The plain loop in C, compiled here.</summary>
sealed unsafe class CIntersection : IDisposable
{
    readonly nint library;
    readonly delegate* unmanaged<long*, long, long*, long, long*, long> intersect;

    CIntersection(nint library)
    {
        this.library = library;
        intersect = (delegate* unmanaged<long*, long, long*, long, long*, long>)NativeLibrary.GetExport(library, "intersect");
    }

    /// <summary>Compiles it; null where there is no C compiler.</summary>
    public static CIntersection? Compile(Laboratory lab)
    {
        var path = lab.PathOf("intersection.so");
        try
        {
            using var compiler = Process.Start(
                "gcc",
                [
                    "-O2",
                    "-march=native",
                    "-shared",
                    "-fPIC",
                    "-o",
                    path,
                    Path.Combine(AppContext.BaseDirectory, "References", "intersection.c"),
                ]
            );
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? new(NativeLibrary.Load(path)) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Intersects; gives the number of edges written.</summary>
    public int Run(long[] a, long[] b, long[] output)
    {
        fixed (long* x = a, y = b, o = output) return (int)intersect(x, a.Length, y, b.Length, o);
    }

    public void Dispose() => NativeLibrary.Free(library);
}
