using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// While it lives, a cancelled token interrupts what the connection runs. DuckDB forgets an interrupt that comes before a statement has
/// begun, so it is repeated until this object is disposed of.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(5);

    private readonly Lock gate = new();
    private readonly ConnectionHandle connection;
    private readonly CancellationTokenRegistration registration;
    private Timer? timer;
    private bool over;

    private Interruption(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        this.connection = connection;
        registration = cancellationToken.Register(Begin);
    }

    internal static Interruption? On(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cancellationToken.CanBeCanceled ? new Interruption(connection, cancellationToken) : null;
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

    private void Begin()
    {
        lock (gate)
        {
            if (!over)
                timer = new Timer(_ => Interrupt(), null, TimeSpan.Zero, s_period);
        }
    }

    private void Interrupt()
    {
        lock (gate)
        {
            if (!over)
                DuckNative.Interrupt(connection);
        }
    }
}
