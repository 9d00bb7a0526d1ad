using System.Data.Common;
using System.Runtime.ExceptionServices;

namespace Idq.Tracking;

/// <summary>A piece of writing that waits for its turn, and what became of it.</summary>
abstract class Write(Durability durability)
{
    volatile bool isDone;

    /// <summary>What it must survive.</summary>
    public Durability Durability => durability;

    /// <summary>True when it is committed or has failed.</summary>
    public bool IsDone => isDone;

    /// <summary>Why it failed; null while it has not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Does it inside the group's transaction. What it refuses is undone, and the group goes on.</summary>
    /// <exception cref="DbException">The transaction is lost, and the group with it.</exception>
    public void Try(StoreConnection connection, bool isAlone)
    {
        Failure = null;
        if (!isAlone) connection.Execute("SAVEPOINT one");
        try
        {
            Run(connection);
            if (!isAlone) connection.Execute("RELEASE SAVEPOINT one");
        }
        catch (Exception e) when (e is not DbException database || connection.Engine.IsConstraint(database))
        {
            if (!isAlone)
            {
                connection.Execute("ROLLBACK TO SAVEPOINT one");
                connection.Execute("RELEASE SAVEPOINT one");
            }
            Failure = e is DbException refused ? connection.Engine.Translate(refused) : e;
        }
    }

    /// <summary>The group's transaction came to its end.</summary>
    public void Finish() => isDone = true;

    /// <summary>The group's transaction was lost.</summary>
    public void Fail(Exception failure)
    {
        Failure = failure;
        isDone = true;
    }

    /// <summary>The work.</summary>
    protected abstract void Run(StoreConnection connection);

    /// <summary>Throws the failure on the thread of the one who asked.</summary>
    protected void ThrowFailure()
    {
        if (Failure is TrackerException t) throw new TrackerException(t.Failure, t.Message, t.InnerException);
        if (Failure is not null) ExceptionDispatchInfo.Throw(Failure);
    }
}

/// <summary>A piece of writing with a result.</summary>
sealed class Write<T>(Durability durability, Func<StoreConnection, T> work) : Write(durability)
{
    T? result;

    /// <summary>The result, once done.</summary>
    public T Result()
    {
        ThrowFailure();
        return result!;
    }

    protected override void Run(StoreConnection connection) => result = work(connection);
}
