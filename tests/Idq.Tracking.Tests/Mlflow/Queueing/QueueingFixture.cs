using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>A queueing client in front of a double of an MLflow server that does not keep anybody waiting.</summary>
public abstract class QueueingFixture : IDisposable
{
    readonly MlflowClient client;

    protected QueueingFixture()
    {
        client = new MlflowClient(new MlflowSettings { TrackingUri = Double.Server.Uri, MaxRetries = 0 }, Clock);
        Target = new MlflowTarget(client);
    }

    protected FakeClock Clock { get; } = new(Instant.FromUnixTimeMilliseconds(1_767_322_800_123));

    protected MlflowDouble Double { get; } = new();

    protected MlflowTarget Target { get; }

    protected List<string> Warnings { get; } = [];

    protected QueueingClient Queue(QueueingClientOptions? options = null) =>
        new(Target, Clock, (options ?? new QueueingClientOptions()) with { Warn = Warnings.Add });

    protected static Dictionary<string, object?> Many(string prefix, int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"{prefix}{i}", i => (object?)i);

    protected static Dictionary<string, double> ManyMetrics(string prefix, int count) =>
        Enumerable.Range(0, count).ToDictionary(i => $"{prefix}{i}", i => (double)i);

    public virtual void Dispose()
    {
        client.Dispose();
        Double.Dispose();
        GC.SuppressFinalize(this);
    }
}
