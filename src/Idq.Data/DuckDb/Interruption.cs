using Idq.Data.DuckDb.Native;

namespace Idq.Data.DuckDb;

/// <summary>
/// While it lives, a cancelled token interrupts what the connection runs. DuckDB forgets an interrupt that comes before a statement has
/// begun, so it is repeated until this object is disposed of.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly ConnectionHandle _connection;
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _over;

    private Interruption(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        _registration = cancellationToken.Register(Begin);
    }

    internal static Interruption? On(ConnectionHandle connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return cancellationToken.CanBeCanceled ? new Interruption(connection, cancellationToken) : null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _timer?.Dispose();
        }

        _registration.Dispose();
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (!_over)
                _timer = new Timer(_ => Interrupt(), null, TimeSpan.Zero, s_period);
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_over)
                DuckNative.Interrupt(_connection);
        }
    }
}
