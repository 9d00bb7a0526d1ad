using System.Data.Common;

namespace Idq.Tracking;

/// <summary>The transaction that a thread has begun, and what is to happen once it is committed.</summary>
sealed class Transaction(StoreConnection connection)
{
    readonly List<Action> afterwards = [];

    /// <summary>Work of one call within it: whole or not at all, while the transaction goes on either way.</summary>
    /// <exception cref="TrackerException">The store could not do it.</exception>
    public T Run<T>(Func<StoreConnection, T> work)
    {
        var call = new Write<T>(Durability.PowerLoss, work);
        try
        {
            call.Try(connection, isAlone: false);
        }
        catch (DbException e)
        {
            throw connection.Engine.Translate(e);
        }
        return call.Result();
    }

    /// <summary>Has something done when it is committed, and never when it is undone.</summary>
    public void After(Action action) => afterwards.Add(action);

    /// <summary>It is committed.</summary>
    public void Finish() => afterwards.ForEach(action => action());
}
