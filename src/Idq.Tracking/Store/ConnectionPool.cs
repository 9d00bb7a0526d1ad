using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Idq.Tracking;

/// <summary>
/// The connections of one store: one that writes, behind a lock, and as many idle ones for reading as were ever used at once. Readers
/// never wait for writers (WAL). Writers of one process queue on the lock, those of several processes on SQLite's busy handler.
/// </summary>
internal sealed class ConnectionPool : IDisposable
{
    /// <summary>How long a statement waits for another process's write lock unless told otherwise.</summary>
    public const int DefaultBusySeconds = 30;

    readonly ConcurrentBag<SqliteConnection> _idle = [];
    readonly Lock _writing = new();
    readonly string _connectionString;
    readonly string _path;
    readonly bool _readOnly;
    readonly int _busySeconds;
    SqliteConnection? _writer;
    volatile bool _disposed;

    public ConnectionPool(string path, bool readOnly, int busySeconds = DefaultBusySeconds)
    {
        _busySeconds = busySeconds;
        _path = path;
        _readOnly = readOnly;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            // A reader of a WAL database needs to write the shared-memory index, so read-only is enforced by query_only instead.
            Mode = readOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            DefaultTimeout = busySeconds,
            Pooling = false,
        }.ToString();
    }

    public T Read<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteConnection? connection = null;
        try
        {
            connection = _idle.TryTake(out SqliteConnection? idle) ? idle : OpenConnection();
            T result = work(connection);
            GiveBack(connection);
            return result;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw Translate(e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="work"/> in one transaction that holds the write lock from its start; any exception undoes it.</summary>
    public T Write<T>(Durability durability, Func<SqliteConnection, T> work)
    {
        if (_readOnly)
            throw new InvalidOperationException($"tracker store '{_path}' was opened to read");
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                _writer ??= OpenConnection();
                _writer.Execute(durability == Durability.PowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
                using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
                T result = work(_writer);
                transaction.Commit();
                return result;
            }
            catch (SqliteException e)
            {
                DropWriter();
                throw Translate(e);
            }
            catch
            {
                DropWriter();
                throw;
            }
        }
    }

    /// <summary>Runs <paramref name="work"/> on the writing connection outside a transaction.</summary>
    public T Prepare<T>(Func<SqliteConnection, T> work)
    {
        lock (_writing)
        {
            try
            {
                return work(_writer ??= OpenConnection());
            }
            catch (SqliteException e)
            {
                throw Translate(e);
            }
        }
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _disposed = true;
            DropWriter();
        }

        CloseIdle();
    }

    void GiveBack(SqliteConnection connection)
    {
        _idle.Add(connection);
        if (_disposed)
            CloseIdle();
    }

    void CloseIdle()
    {
        while (_idle.TryTake(out SqliteConnection? connection))
            connection.Dispose();
    }

    // After a failure the connection's state is not worth reasoning about; the next writer opens another.
    void DropWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {_busySeconds * 1000}");
            if (_readOnly)
                connection.Execute("PRAGMA query_only = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    TrackerException Translate(SqliteException e) => e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new(
            TrackerFailure.Busy, $"tracker store '{_path}' was locked by another process for {_busySeconds} s: try again", e),
        SQLitePCL.raw.SQLITE_FULL => new(TrackerFailure.Full, $"tracker store '{_path}' cannot grow: the disk is full", e),
        SQLitePCL.raw.SQLITE_NOTADB => new(
            TrackerFailure.NotAStore, $"'{_path}' is not a tracker store: name another file (it was left untouched)", e),
        SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => new(
            TrackerFailure.Unusable, $"tracker store '{_path}' cannot be opened: check that the file and its folder can be written", e),
        _ => new(TrackerFailure.Unusable, $"tracker store '{_path}' failed: {e.Message}", e),
    };
}

/// <summary>What a commit survives. Either survives the death of the process, at any instruction.</summary>
internal enum Durability
{
    /// <summary>A power failure may undo the newest commits, in order; nothing is damaged (WAL, synchronous NORMAL).</summary>
    ProcessDeath,

    /// <summary>A power failure undoes nothing (WAL, synchronous FULL: one flush per commit).</summary>
    PowerLoss,
}
