namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Makes one transaction of several calls: all of them are stored, durably, or none. Calls inside see what earlier ones did; others see
    /// nothing of it before the end. A transaction within a transaction is part of the outer one.
    /// </summary>
    /// <param name="work">
    /// Calls this store on the thread that it is called on; any exception undoes everything. A single call that fails undoes itself only,
    /// so that an exception which is caught inside leaves the rest as it was. It holds the store's one write lock, and in PostgreSQL a new
    /// metric's column keeps those waiting who read metrics: keep it short.
    /// </param>
    /// <exception cref="TrackerException">The store cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    public T Transact<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return database.Transact(work);
    }

    /// <inheritdoc cref="Transact{T}(Func{T})"/>
    public void Transact(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        database.Transact(() =>
        {
            work();
            return true;
        });
    }
}
