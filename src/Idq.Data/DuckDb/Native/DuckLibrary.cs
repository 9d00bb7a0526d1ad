using System.Reflection;
using System.Runtime.InteropServices;

namespace Idq.Data.DuckDb.Native;

/// <summary>
/// Finds DuckDB's C library: beside the program, then in <c>native/</c> or <c>artifacts/native/</c> of any folder above it,
/// then wherever the system's loader looks.
/// </summary>
static class DuckLibrary
{
    /// <summary>The name that the P/Invoke declarations carry.</summary>
    internal const string Name = "duckdb";

    const string FileName = "libduckdb.so";

    static readonly Lazy<nint> Library = new(() => Load(AppContext.BaseDirectory, FileName));

    /// <summary>Loads the library now, so that its absence is told once and clearly.</summary>
    /// <exception cref="DuckException">It is in none of the places.</exception>
    internal static void Require() => _ = Library.Value;

    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Name ? Library.Value : nint.Zero;

    /// <summary>The places where the file may lie, in the order in which they are tried.</summary>
    internal static IEnumerable<string> Candidates(string baseDirectory, string fileName = FileName)
    {
        yield return Path.Combine(baseDirectory, fileName);
        for (var folder = new DirectoryInfo(baseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "native", fileName);
            yield return Path.Combine(folder.FullName, "artifacts", "native", fileName);
        }
    }

    /// <summary>Loads the first candidate that is a library.</summary>
    internal static nint Load(string baseDirectory, string fileName)
    {
        foreach (var candidate in Candidates(baseDirectory, fileName))
        {
            if (File.Exists(candidate) && NativeLibrary.TryLoad(candidate, out var found))
                return found;
        }

        return NativeLibrary.TryLoad(fileName, out var library)
            ? library
            : throw new DuckException(
                $"DuckDB's library {fileName} was not found beside the program ({baseDirectory}), " +
                "in artifacts/native above it, or by the system: run scripts/setup.");
    }
}
