using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Idq.Data.DuckDb;

/// <summary>
/// An in-memory DuckDB. It is shared by threads; each thread uses a <see cref="DuckConnection"/> of its own.
/// Parquet, JSON and ICU are built in; no other extension is installed or loaded unless a statement says so, and without one nothing
/// reaches the network.
/// </summary>
/// <threadsafety>Safe for use by several threads.</threadsafety>
public sealed class DuckDatabase : IDisposable
{
    static readonly (string Name, string Value)[] Settings =
    [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("allow_persistent_secrets", "false"),
        // The system's page cache holds files already, and notices when one is replaced.
        ("enable_external_file_cache", "false"),
        // No spilling to disk.
        ("temp_directory", ""),
        ("preserve_insertion_order", "true"),
    ];

    readonly DuckDBDatabase handle;

    DuckDatabase(DuckDBDatabase handle) => this.handle = handle;

    /// <summary>Opens an empty database in memory.</summary>
    /// <exception cref="DuckException">The library is missing, or an option is refused.</exception>
    public static DuckDatabase Open()
    {
        try
        {
            Configuration.DuckDBCreateConfig(out var configuration);
            using var owned = configuration;
            foreach (var (name, value) in Settings)
                if (!Configuration.DuckDBSetConfig(configuration, name, value).IsSuccess())
                    throw new DuckException($"DuckDB refused the setting {name} = '{value}'.");
            return Startup.DuckDBOpen(null!, out var database, configuration, out var error).IsSuccess()
                ? new DuckDatabase(database)
                : throw new DuckException(error);
        }
        catch (DllNotFoundException e)
        {
            throw new DuckException($"DuckDB's library does not load: {e.Message}");
        }
    }

    /// <summary>A connection for one thread at a time.</summary>
    /// <exception cref="DuckException">DuckDB refuses it.</exception>
    public DuckConnection Connect()
    {
        if (!Startup.DuckDBConnect(handle, out var native).IsSuccess()) throw new DuckException("DuckDB could not open a connection.");
        var connection = new DuckConnection(native);
        // With the default of 1 MB a streamed result is made by one thread; from 64 MB on all work. It is no setting of the database.
        connection.Execute("SET streaming_buffer_size = '64MB'");
        return connection;
    }

    /// <summary>Closes the database; connections still open keep it alive until they are closed.</summary>
    public void Dispose() => handle.Dispose();
}
