using System.Text.Json;

namespace Idq.EndToEnd.Tests.Replay;

/// <summary>The two hours of etc/mock.ini, replayed once for all tests that look at the result.</summary>
public sealed class MockReplayFixture : IAsyncLifetime
{
    /// <summary>gps_start of etc/mock.ini.</summary>
    public const long Start = 1_262_304_000;

    /// <summary>gps_end of etc/mock.ini.</summary>
    public const long End = 1_262_311_200;

    internal Analysis Analysis { get; } = Analysis.Mock();

    internal StreamResult Result { get; private set; } = null!;

    internal JsonElement Report { get; private set; }

    public async Task InitializeAsync()
    {
        Result = await Analysis.RunAsync("run", "--replay", "--output", "json");
        Report = Result.Done.Json;
    }

    public Task DisposeAsync()
    {
        Analysis.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The file of the newest model of a classifier.</summary>
    internal async Task<string> NewestModelAsync(string nickname)
    {
        var models = await Analysis.JsonAsync("products", "--kind", "model", "--nickname", nickname);
        return Path.Combine(Analysis.Products, models.EnumerateArray().Last().GetProperty("path").GetString()!);
    }
}

/// <summary>The tests that share the replay of etc/mock.ini.</summary>
[CollectionDefinition(Name)]
public sealed class MockReplayCollection : ICollectionFixture<MockReplayFixture>
{
    /// <summary>Of the collection.</summary>
    public const string Name = "the replay of etc/mock.ini";
}
