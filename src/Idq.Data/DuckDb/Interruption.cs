using DuckDB.NET.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// While it lives, a cancelled token interrupts what the connection runs. DuckDB forgets an interrupt that comes before a statement has
/// begun, so it is repeated until this object is disposed of.
/// </summary>
sealed class Interruption : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    readonly Lock gate = new();
    readonly DuckDBNativeConnection connection;
    readonly CancellationTokenRegistration registration;
    Timer? timer;
    bool over;

    internal Interruption(DuckDBNativeConnection connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        this.connection = connection;
        registration = cancellationToken.Register(Begin);
    }

    public void Dispose()
    {
        lock (gate)
        {
            over = true;
            timer?.Dispose();
        }

        registration.Dispose();
    }

    void Begin()
    {
        lock (gate)
            if (!over) timer = new Timer(_ => Interrupt(), null, TimeSpan.Zero, Period);
    }

    void Interrupt()
    {
        lock (gate)
            if (!over) connection.Interrupt();
    }
}
