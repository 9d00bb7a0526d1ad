namespace Idq.Streaming.Tests;

/// <summary>An analysis whose replay left models and maps of every classifier; made once for all tests that need some.</summary>
public sealed class Trained : IAsyncLifetime
{
    internal Analysis Analysis { get; } = new(Analysis.WithSegments);

    internal static Segment Range { get; } = Gps.Seg(0, 240);

    public Task InitializeAsync() => Analysis.ReplayAsync(Range, "train", "evaluate", "calibrate");

    public Task DisposeAsync()
    {
        Analysis.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A fresh analysis under the same models and maps.</summary>
    internal Analysis Fresh(params string[] settings)
    {
        var fresh = new Analysis([.. Analysis.WithSegments, .. settings]);
        fresh.Adopt(Analysis);
        return fresh;
    }
}

[CollectionDefinition(nameof(Trained))]
public sealed class TrainedCollection : ICollectionFixture<Trained>;
