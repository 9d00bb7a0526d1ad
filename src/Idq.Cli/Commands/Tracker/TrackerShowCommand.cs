using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

static class TrackerShowCommand
{
    // The tag that MLflow keeps remarks in.
    const string Note = "mlflow.note.content";

    // Letters of every alphabet and quotation marks as they are in a store.
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var command = new Command("show",
            "Shows a run: what it is, its newest metrics, and how one of them went; the store may be an MLflow server").WithExamples(
            "--store sqlite:tracker.sqlite 8089916f", "--store sqlite:tracker.sqlite 12 --metric loss",
            "--store http://127.0.0.1:5000 8089916f");
        var run = command.AddWord("RUN", "The run: " + Chosen.RunMeaning);
        var metric = command.AddText("--metric", "KEY", "The metric to plot; the first one unless given");
        var store = new StoreArgument(command);
        return command.Does(async (result, cancellationToken) =>
        {
            using var client = store.IsServer(result) ? store.Client(result) : null;
            using var opened = client is null ? store.OpenReadOnly(result) : null;
            var name = result.Get(run);
            var shown = client is null ? OfStore(opened!, name) : await OfServerAsync(client, name, cancellationToken);
            var key = result.Get(metric);
            if (key is not null && !shown.Metrics.ContainsKey(key)) throw Chosen.Unknown($"run '{shown.Uid}' has no metric '{key}'");
            key ??= shown.Metrics.FirstOrDefault(m => m.Value is double or long or "NaN").Key;
            if (result.Format == OutputFormat.Text) await PrintAsync(shown, key);
            else Table.OfRow(shown.Fields).Print(result.Format);
            return ExitCode.Done;
        });
    }

    // A run, wherever it is from: what is shown of it, and where the points of a metric come from.
    sealed record Shown(string Uid, (string Name, object? Value)[] Fields, Func<string, TextPlot, Task> Plot)
    {
        public Members Metrics => (Members)Fields.First(f => f.Name == "metrics").Value!;
    }

    static Shown OfStore(TrackerStore store, string name)
    {
        var listing = Chosen.Run(store, name);
        return new(listing.Run.Uid, Array.ConvertAll(Columns(store), c => (c.Name, c.OfStore(listing))), (key, plot) =>
        {
            store.ReadSeries(listing.Run.Id, key, (step, value) => plot.Add(step, value));
            return Task.CompletedTask;
        });
    }

    static async Task<Shown> OfServerAsync(MlflowClient client, string name, CancellationToken cancellationToken)
    {
        var found = await client.FindRunAsync(name, cancellationToken);
        return new(found.Run.Id, Array.ConvertAll(Columns(null), c => (c.Name, c.OfServer(found))), async (key, plot) =>
        {
            await foreach (var point in client.GetMetricHistoryAsync(found.Run.Id, key, cancellationToken: cancellationToken))
                plot.Add(point.Step, point.Value);
        });
    }

    // What a server does not tell is empty.
    static Column<RunListing, (string Experiment, MlflowRun Run)>[] Columns(TrackerStore? store) =>
    [
        .. RunColumns.Names, .. RunColumns.Lifecycle, .. RunColumns.User,
        new("comment", r => r.Run.Comment, r => r.Run.Tag(Note)),
        .. RunColumns.Times,
        new("tags", r => TrackerValues.Element(r.Run.Tags), r => Element(r.Run.Tags)),
        new("args", r => TrackerValues.Element(r.Run.Args), r => Element(r.Run.Params)),
        new("env", r => TrackerValues.Element(r.Run.Env), _ => TrackerValues.Element("{}")),
        .. RunColumns.Metrics,
        new("links",
            r => store!.RunLinks(r.Run.Id)
                .Select(l => l.FromId == r.Run.Id ? $"{l.Kind} {l.ToId}" : $"{l.FromId} {l.Kind} this").ToArray(),
            r => r.Run.Tag("mlflow.parentRunId") is { } parent ? new[] { $"parent {parent}" } : []),
        new("objects", r => store!.ListObjects(ObjectOwner.Run(r.Run.Id)).Select(o => o.Name).ToArray(), _ => Array.Empty<string>()),
    ];

    static JsonElement Element(IEnumerable<MlflowEntry> entries) =>
        TrackerValues.Element(JsonSerializer.Serialize(TrackerValues.Of(entries), Readable));

    static async Task PrintAsync(Shown shown, string? key)
    {
        foreach (var (name, value) in shown.Fields)
        {
            if (name == "metrics") continue;
            var text = value is string[] list ? string.Join(", ", list) : value?.ToString();
            if (text is not (null or "" or "{}")) Console.Out.WriteLine($"{name,-10}  {text}");
        }
        if (shown.Metrics.Count == 0) return;
        Console.Out.WriteLine();
        Table.Of(shown.Metrics, ("metric", m => m.Key), ("newest", m => m.Value)).Print(OutputFormat.Text);
        if (key is null) return;
        var plot = new TextPlot(width: 72, height: 12);
        await shown.Plot(key, plot);
        if (plot.Count < 2) return;
        Console.Out.WriteLine();
        plot.Write(Console.Out, key);
    }
}
