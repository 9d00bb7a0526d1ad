using System.Text.Json;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>A store of one test, and commands on it.</summary>
sealed class TestStore : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public string Path => Folder.File("tracker.sqlite");

    public string Location => "sqlite:" + Path;

    public string[] Arguments(string command, params string[] arguments) => ["tracker", command, "--store", Location, .. arguments];

    public Task<StreamResult> RunAsync(string command, params string[] arguments) => StreamProgram.RunAsync(Arguments(command, arguments));

    public async Task<JsonElement> JsonAsync(string command, params string[] arguments) =>
        (await RunAsync(command, [.. arguments, "--output", "json"])).Done.Json;

    static readonly string A = new('a', 32);
    static readonly string B = new('b', 32);
    const string Done = """ "status":"COMPLETED","created":"2026-01-02T03:04:06.000000Z","tags":{"who":"me"} """;
    const string Gone = """ "status":"FAILED","created":"2026-01-02T03:04:07.000000Z","deleted":true, """
        + """ "time_deleted":"2026-01-03T00:00:00.000000Z" """;

    /// <summary>An export with an experiment of two runs, one of them deleted long ago, and a sequence with a hole.</summary>
    public string Sample() =>
        Folder.Write(
            "sample.jsonl",
            $$$$"""
            {"record":"header","format":"tracker-export","version":1}
            {"record":"experiment","name":"o4","created":"2026-01-02T03:04:05.000000Z","comment":"first light","tags":{"marked":true}}
            {"record":"run","uid":"{{{{A}}}}","experiment":"o4","name":"one",{{{{Done}}}}}
            {"record":"metrics","run":"{{{{A}}}}","step":0,"progress":0,"values":{"loss":4,"nan":{"double":"NaN"}}}
            {"record":"metrics","run":"{{{{A}}}}","step":1,"progress":0,"values":{"loss":0.1}}
            {"record":"sequence","run":"{{{{A}}}}","name":"s","rows":[[0,1,1,{}],[3,2,2,{}]]}
            {"record":"run","uid":"{{{{B}}}}","experiment":"o4","name":"two",{{{{Gone}}}}}
            {"record":"end","records":6}

        """);

    public void Dispose() => Folder.Dispose();
}
