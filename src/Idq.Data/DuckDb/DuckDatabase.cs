using System.Globalization;
using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// An in-memory DuckDB. It is shared by threads; each thread uses a <see cref="DuckConnection"/> of its own.
/// Parquet, JSON and ICU are built in; no other extension is installed or loaded unless a statement says so, and without one nothing
/// reaches the network.
/// </summary>
/// <threadsafety>Safe for use by several threads.</threadsafety>
public sealed class DuckDatabase : IDisposable
{
    readonly DatabaseHandle handle;

    DuckDatabase(DatabaseHandle handle) => this.handle = handle;

    /// <summary>The version of DuckDB's library, such as <c>v1.5.6</c>.</summary>
    public static unsafe string LibraryVersion
    {
        get
        {
            DuckLibrary.Require();
            return DuckNative.Text(DuckNative.LibraryVersion()) ?? "";
        }
    }

    /// <summary>Opens an empty database in memory.</summary>
    /// <exception cref="DuckException">The library is missing, or an option is refused.</exception>
    public static unsafe DuckDatabase Open(DuckOptions? options = null)
    {
        DuckLibrary.Require();
        if (DuckNative.CreateConfig(out var config) != DuckState.Success)
            throw new DuckException("DuckDB could not allocate its configuration.");
        try
        {
            foreach (var (name, value) in Settings(options ?? new DuckOptions()))
            {
                if (DuckNative.SetConfig(config, name, value) != DuckState.Success)
                    throw new DuckException($"DuckDB refused the setting {name} = '{value}'.");
            }

            if (DuckNative.OpenExt(null, out var database, config, out var error) != DuckState.Success)
                throw new DuckException(DuckNative.TakeText(error) ?? "DuckDB could not open a database in memory.");
            return new DuckDatabase(new DatabaseHandle(database));
        }
        finally
        {
            DuckNative.DestroyConfig(ref config);
        }
    }

    /// <summary>A connection for one thread at a time.</summary>
    public DuckConnection Connect()
    {
        if (DuckNative.Connect(handle, out var connection) != DuckState.Success)
            throw new DuckException("DuckDB could not open a connection.");
        var opened = new DuckConnection(new ConnectionHandle(connection));
        // With the default of 1 MB a streamed result is made by one thread; from 64 MB on all work. It is no setting of the database.
        opened.Execute("SET streaming_buffer_size = '64MB'");
        return opened;
    }

    /// <summary>Closes the database; connections still open keep it alive until they are closed.</summary>
    public void Dispose() => handle.Dispose();

    static IEnumerable<(string Name, string Value)> Settings(DuckOptions options)
    {
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
        yield return ("allow_persistent_secrets", "false");
        // The system's page cache holds files already, and notices when one is replaced.
        yield return ("enable_external_file_cache", "false");
        yield return ("temp_directory", options.TemporaryDirectory ?? "");
        yield return ("preserve_insertion_order", "true");
        if (options.Deterministic || options.Threads is not null)
            yield return ("threads", (options.Deterministic ? 1 : options.Threads!.Value).ToString(CultureInfo.InvariantCulture));
        if (options.MemoryLimit is not null)
            yield return ("memory_limit", options.MemoryLimit);
    }
}
