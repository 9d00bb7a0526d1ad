using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Idq.Tracking;

/// <summary>Binds the managed SQLite provider to the system's library, once per process.</summary>
static class SqliteNative
{
    static readonly Lazy<bool> Binding = new(Bind);

    /// <summary>Binds if it has not happened yet. Throws <see cref="TrackerException"/> when the library is missing.</summary>
    public static void Ensure() => _ = Binding.Value;

    static bool Bind()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            return true;
        }
        catch (DllNotFoundException e)
        {
            throw new TrackerException(
                TrackerFailure.Unusable, "SQLite's library is missing: install the Debian package libsqlite3-0", e);
        }
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", assembly, searchPath, out var handle) ? handle : 0;
}
