using System.Collections.Concurrent;
using System.Data.Common;

namespace Idq.Tracking;

/// <summary>
/// The connections of one store: one that writes, and as many idle ones for reading as were ever used at once. Writers that wait for
/// their turn are written together by whoever has it, in one transaction and with one flush, each of them whole or not at all.
/// </summary>
/// <remarks>Readers never wait for writers. Writers of several processes take turns by the engine's lock.</remarks>
/// <threadsafety>Safe.</threadsafety>
sealed class StoreDatabase(Engine engine, bool isReadOnly) : IDisposable
{
    // Limits the connections to a server and the open files of a process.
    const int MostReaders = 32;

    readonly ConcurrentBag<StoreConnection> idle = [];
    readonly ConcurrentQueue<Write> waiting = new();
    readonly SemaphoreSlim readers = new(MostReaders);
    readonly Lock writing = new();
    readonly ThreadLocal<Transaction?> transaction = new();
    StoreConnection? writer;
    volatile bool isDisposed;

    /// <summary>The engine.</summary>
    public Engine Engine => engine;

    /// <summary>How many writers wait for their turn.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Runs <paramref name="work"/> on a connection that reads.</summary>
    /// <exception cref="TrackerException">The store cannot be read.</exception>
    public T Read<T>(Func<StoreConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (transaction.Value is { } inside) return inside.Run(work);
        readers.Wait();
        try
        {
            while (true)
            {
                var wasIdle = idle.TryTake(out var connection);
                try
                {
                    connection ??= new StoreConnection(engine, isReadOnly);
                    var result = work(connection);
                    GiveBack(connection);
                    return result;
                }
                catch (DbException e)
                {
                    connection?.Dispose();
                    // An idle connection may have been lost long ago: a new one shows whether the server is there.
                    if (wasIdle && engine.IsLost(e)) continue;
                    throw engine.Translate(e);
                }
                catch
                {
                    connection?.Dispose();
                    throw;
                }
            }
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that holds the write lock; any exception undoes it, and only it.</summary>
    /// <param name="durability">What it must survive.</param>
    /// <param name="work">May run again, from its beginning, after what it did was undone.</param>
    /// <exception cref="TrackerException">The store cannot be written.</exception>
    public T Write<T>(Durability durability, Func<StoreConnection, T> work)
    {
        if (isReadOnly) throw new InvalidOperationException($"tracker store '{engine.Location}' was opened to read");
        if (transaction.Value is { } inside) return inside.Run(work);
        var mine = new Write<T>(durability, work);
        waiting.Enqueue(mine);
        lock (writing)
        {
            // The thread that held the lock before may have written this too.
            if (!mine.IsDone) WriteWaiting();
        }
        return mine.Result();
    }

    /// <summary>True while this thread is inside a transaction of its own, which may still be undone.</summary>
    public bool IsInTransaction => transaction.Value is not null;

    /// <summary>Makes one transaction of all reading and writing that <paramref name="work"/> does on this thread.</summary>
    /// <exception cref="TrackerException">The store cannot be written.</exception>
    public T Transact<T>(Func<T> work)
    {
        if (isReadOnly) throw new InvalidOperationException($"tracker store '{engine.Location}' was opened to read");
        if (IsInTransaction) return work();
        Transaction mine;
        T result;
        lock (writing)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            mine = Begin();
            try
            {
                transaction.Value = mine;
                result = work();
                transaction.Value = null;
                writer!.Execute("COMMIT");
            }
            catch (Exception e)
            {
                transaction.Value = null;
                // Closing the connection undoes what it has not committed.
                DropWriter();
                if (e is DbException database) throw engine.Translate(database);
                throw;
            }
        }
        mine.Finish();
        return result;
    }

    /// <summary>Does something that cannot be undone: at once, or when this thread's transaction is committed.</summary>
    public void AfterCommit(Action action)
    {
        if (transaction.Value is { } inside) inside.After(action);
        else action();
    }

    /// <summary>Runs <paramref name="work"/> on the writing connection outside a transaction.</summary>
    public void Prepare(Action<StoreConnection> work)
    {
        lock (writing)
        {
            try
            {
                work(writer ??= new StoreConnection(engine, isReadOnly));
            }
            catch (DbException e)
            {
                throw engine.Translate(e);
            }
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        lock (writing)
        {
            isDisposed = true;
            DropWriter();
        }
        CloseIdle();
    }

    Transaction Begin()
    {
        for (var attempt = 0; ; attempt++)
        {
            var wasOpen = writer is not null;
            try
            {
                writer ??= new StoreConnection(engine, isReadOnly);
                engine.Begin(writer, Durability.PowerLoss);
                return new Transaction(writer);
            }
            catch (DbException e)
            {
                DropWriter();
                if (attempt > 0 || !wasOpen || !engine.IsLost(e)) throw engine.Translate(e);
            }
        }
    }

    void WriteWaiting()
    {
        var group = new List<Write>();
        while (waiting.TryDequeue(out var next)) group.Add(next);
        if (isDisposed)
        {
            foreach (var write in group) write.Fail(new ObjectDisposedException(nameof(TrackerStore)));
            return;
        }
        for (var attempt = 0; ; attempt++)
        {
            var wasOpen = writer is not null;
            try
            {
                WriteTogether(group);
                return;
            }
            catch (DbException e) when (attempt == 0 && wasOpen && engine.IsLost(e))
            {
                // The connection was lost before COMMIT was confirmed, so nothing was stored: run the whole group again on a new one.
                DropWriter();
            }
            catch (Exception e)
            {
                DropWriter();
                var failure = e is DbException database ? engine.Translate(database) : e;
                foreach (var write in group) write.Fail(failure);
                return;
            }
        }
    }

    void WriteTogether(List<Write> group)
    {
        writer ??= new StoreConnection(engine, isReadOnly);
        engine.Begin(writer, group.Exists(w => w.Durability == Durability.PowerLoss) ? Durability.PowerLoss : Durability.ProcessDeath);
        foreach (var write in group) write.Try(writer, isAlone: group.Count == 1);
        if (group.Exists(w => w.Failure is null)) writer.Execute("COMMIT");
        else writer.Execute("ROLLBACK");
        foreach (var write in group) write.Finish();
    }

    void GiveBack(StoreConnection connection)
    {
        idle.Add(connection);
        if (isDisposed) CloseIdle();
    }

    void CloseIdle()
    {
        while (idle.TryTake(out var connection)) connection.Dispose();
    }

    // The state of a connection is unknown after a failure: the next writer opens another one.
    void DropWriter()
    {
        writer?.Dispose();
        writer = null;
    }
}
