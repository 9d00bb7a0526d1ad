using System.CommandLine;
using Idq.Tracking;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

/// <summary>stream tracker show: one run, whole.</summary>
static class TrackerShowCommand
{
    const int Width = 72;
    const int Height = 12;

    // The tag that MLflow keeps remarks in.
    const string Note = "mlflow.note.content";

    // Letters of every alphabet and quotation marks as they are in a store.
    static readonly System.Text.Json.JsonSerializerOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run: its uid, the beginning of it, or its number" };
        var metric = new Option<string?>("--metric") { Description = "The metric to plot; the first one unless given", HelpName = "KEY" };
        var command = new Command(
            "show",
            "Shows a run: what it is, its newest metrics, and how one of them went; the store may be an MLflow server"
        )
        {
            run,
            metric,
        };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using var client = store.IsServer(result) ? store.Client(result) : null;
                using var opened = client is null ? store.OpenReadOnly(result) : null;
                var name = result.GetValue(run)!;
                var shown = client is null
                    ? OfStore(opened!, name)
                    : await ServerFailures.TellAsync(() => OfServerAsync(client, name, cancellationToken));
                var key = result.GetValue(metric);
                if (key is not null && !shown.Metrics.ContainsKey(key))
                    throw new TrackerException(TrackerFailure.UnknownReference, $"run '{shown.Uid}' has no metric '{key}'");
                key ??= shown.Metrics.FirstOrDefault(m => m.Value is double or long or "NaN").Key;
                if (result.GetValue(GlobalOptions.Output) is var format && format != OutputFormat.Text)
                    WriteTable(shown, format);
                else
                    await ServerFailures.TellAsync(() => WriteTextAsync(shown, key));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream tracker show --store sqlite:tracker.sqlite 8089916f",
            "stream tracker show --store sqlite:tracker.sqlite 12 --metric loss",
            "stream tracker show --store http://127.0.0.1:5000 8089916f");
    }

    // A run, wherever it is from: what is shown of it, and where the points of a metric come from.
    sealed record Shown(
        string Uid,
        (string Name, object? Value)[] Fields,
        IReadOnlyDictionary<string, object?> Metrics,
        Func<string, TextPlot, Task> Plot
    );

    static Shown OfStore(TrackerStore store, string name)
    {
        var listing = ChosenRun.Of(store, name);
        var run = listing.Run;
        var metrics = TrackerCommand.Members(listing.Metrics);
        return new(
            run.Uid,
            [
                ("id", run.Id),
                ("uid", run.Uid),
                ("experiment", run.Experiment),
                ("name", run.Name),
                ("status", run.Status.ToText()),
                ("lifecycle", listing.IsDeleted ? "deleted" : "active"),
                ("user", listing.User),
                ("comment", run.Comment),
                ("created", TrackerCommand.Text(run.Created)),
                ("started", TrackerCommand.Text(run.Started)),
                ("updated", TrackerCommand.Text(run.Updated)),
                ("ended", TrackerCommand.Text(run.Ended)),
                ("tags", TrackerCommand.Element(run.Tags)),
                ("args", TrackerCommand.Element(run.Args)),
                ("env", TrackerCommand.Element(run.Env)),
                ("metrics", metrics),
                (
                    "links",
                    store.RunLinks(run.Id).Select(l => l.FromId == run.Id ? $"{l.Kind} {l.ToId}" : $"{l.FromId} {l.Kind} this").ToArray()
                ),
                ("objects", store.ListObjects(ObjectOwner.Run(run.Id)).Select(o => o.Name).ToArray()),
            ],
            metrics,
            (key, plot) =>
            {
                store.ReadSeries(run.Id, key, (step, value) => plot.Add(step, value));
                return Task.CompletedTask;
            });
    }

    // What a server does not tell is empty.
    static async Task<Shown> OfServerAsync(MlflowClient client, string name, CancellationToken cancellationToken)
    {
        var (experiment, run) = await ServerListing.FindAsync(client, name, cancellationToken);
        var metrics = run
            .Metrics.OrderBy(m => m.Key, StringComparer.Ordinal)
            .ToDictionary(m => m.Key, m => TrackerCommand.Exact(m.Value), StringComparer.Ordinal);
        return new(
            run.Id,
            [
                ("id", null),
                ("uid", run.Id),
                ("experiment", experiment),
                ("name", run.Name),
                ("status", ServerListing.Status(run.Status).ToText()),
                ("lifecycle", run.IsActive ? "active" : "deleted"),
                ("user", run.UserId),
                ("comment", run.Tag(Note)),
                ("created", null),
                ("started", ServerListing.Time(run.StartTime)),
                ("updated", null),
                ("ended", ServerListing.Time(run.EndTime)),
                ("tags", Element(run.Tags)),
                ("args", Element(run.Params)),
                ("env", TrackerCommand.Element("{}")),
                ("metrics", metrics),
                ("links", run.Tag("mlflow.parentRunId") is { } parent ? new[] { $"parent {parent}" } : []),
                ("objects", Array.Empty<string>()),
            ],
            metrics,
            async (key, plot) =>
            {
                await foreach (var point in client.GetMetricHistoryAsync(run.Id, key, cancellationToken: cancellationToken))
                    plot.Add(point.Step, point.Value);
            }
        );

        static object Element(IEnumerable<MlflowEntry> entries) =>
            TrackerCommand.Element(System.Text.Json.JsonSerializer.Serialize(ServerListing.Members(entries), Readable));
    }

    static void WriteTable(Shown shown, OutputFormat format)
    {
        var table = new Table([.. shown.Fields.Select(f => f.Name)]);
        table.Add([.. shown.Fields.Select(f => f.Value)]);
        table.Write(Console.Out, format);
    }

    static async Task<bool> WriteTextAsync(Shown shown, string? key)
    {
        foreach (var (name, value) in shown.Fields)
        {
            if (name == "metrics") continue;
            var text = value is string[] list ? string.Join(", ", list) : value?.ToString();
            if (text is not (null or "" or "{}")) Console.Out.WriteLine($"{name,-10}  {text}");
        }
        if (shown.Metrics.Count == 0) return true;
        Console.Out.WriteLine();
        var table = new Table("metric", "newest");
        foreach (var (name, value) in shown.Metrics) table.Add(name, value);
        table.Write(Console.Out, OutputFormat.Text);
        if (key is null) return true;
        var plot = new TextPlot(Width, Height);
        await shown.Plot(key, plot);
        if (plot.Count < 2) return true;
        Console.Out.WriteLine();
        plot.Write(Console.Out, key);
        return true;
    }
}
