using Idq.Tracking.Mlflow;
using NodaTime;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>A client whose pauses between attempts are noted instead of waited for, and a server whose answers a test decides.</summary>
public abstract class MlflowClientFixture : IDisposable
{
    readonly List<IDisposable> owned = [];

    protected FakeClock Clock { get; } = new(Instant.FromUtc(2026, 1, 2, 3, 4, 5));

    protected List<TimeSpan> Pauses { get; } = [];

    protected ScriptedServer Serve(Func<Sent, Answer> answer)
    {
        var server = new ScriptedServer(answer);
        owned.Add(server);
        return server;
    }

    /// <summary>A server that gives these answers one after the other, the last one for ever.</summary>
    protected ScriptedServer Serve(params Answer[] answers)
    {
        var next = 0;
        return Serve(_ => answers[Math.Min(next++, answers.Length - 1)]);
    }

    protected MlflowClient Client(ScriptedServer server, Func<MlflowSettings, MlflowSettings>? with = null) => Client(server.Uri, with);

    protected MlflowClient Client(Uri uri, Func<MlflowSettings, MlflowSettings>? with = null)
    {
        var settings = new MlflowSettings { TrackingUri = uri, BackoffJitter = 0 };
        var client = new MlflowClient(with?.Invoke(settings) ?? settings, Clock, (pause, cancellationToken) =>
        {
            Pauses.Add(pause);
            return Task.CompletedTask.WaitAsync(cancellationToken);
        });
        owned.Add(client);
        return client;
    }

    public void Dispose()
    {
        owned.ForEach(item => item.Dispose());
        GC.SuppressFinalize(this);
    }
}
