using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker show: one run, whole.</summary>
static class TrackerShowCommand
{
    const int Width = 72;
    const int Height = 12;

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run: its uid, the beginning of it, or its number" };
        var metric = new Option<string?>("--metric") { Description = "The metric to plot; the first one unless given", HelpName = "KEY" };
        var command = new Command("show", "Shows a run: what it is, its newest metrics, and how one of them went") { run, metric };
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            using var opened = store.OpenReadOnly(result);
            var name = result.GetValue(run)!;
            var chosen = ChosenRun.Of(opened, name);
            var format = result.GetValue(GlobalOptions.Output);
            var key = result.GetValue(metric);
            if (key is not null && !chosen.Metrics.ContainsKey(key)) throw new TrackerException(TrackerFailure.UnknownReference, $"run '{chosen.Run.Uid}' has no metric '{key}'");
            key ??= chosen.Metrics.FirstOrDefault(m => m.Value.IsNumber).Key;
            if (format == OutputFormat.Text) WriteText(opened, chosen, key);
            else WriteTable(opened, chosen, format);
            return ExitCode.Done;
        });
        return command.WithExamples("stream tracker show --store sqlite:tracker.sqlite 8089916f", "stream tracker show --store sqlite:tracker.sqlite 12 --metric loss");
    }

    static (string Name, object? Value)[] Fields(TrackerStore store, RunListing listing)
    {
        var run = listing.Run;
        return
        [
            ("id", run.Id), ("uid", run.Uid), ("experiment", run.Experiment), ("name", run.Name), ("status", run.Status.ToText()), ("lifecycle", listing.IsDeleted ? "deleted" : "active"),
            ("user", listing.User), ("comment", run.Comment), ("created", TrackerCommand.Text(run.Created)), ("started", TrackerCommand.Text(run.Started)),
            ("updated", TrackerCommand.Text(run.Updated)), ("ended", TrackerCommand.Text(run.Ended)), ("tags", TrackerCommand.Element(run.Tags)), ("args", TrackerCommand.Element(run.Args)),
            ("env", TrackerCommand.Element(run.Env)), ("metrics", TrackerCommand.Members(listing.Metrics)),
            ("links", store.RunLinks(run.Id).Select(l => l.FromId == run.Id ? $"{l.Kind} {l.ToId}" : $"{l.FromId} {l.Kind} this").ToArray()),
        ];
    }

    static void WriteTable(TrackerStore store, RunListing listing, OutputFormat format)
    {
        var fields = Fields(store, listing);
        var table = new Table([.. fields.Select(f => f.Name)]);
        table.Add([.. fields.Select(f => f.Value)]);
        table.Write(Console.Out, format);
    }

    static void WriteText(TrackerStore store, RunListing listing, string? key)
    {
        foreach (var (name, value) in Fields(store, listing))
        {
            if (name == "metrics") continue;
            var text = value is string[] list ? string.Join(", ", list) : value?.ToString();
            if (text is not (null or "" or "{}")) Console.Out.WriteLine($"{name,-10}  {text}");
        }
        if (listing.Metrics.Count == 0) return;
        Console.Out.WriteLine();
        var table = new Table("metric", "newest");
        foreach (var (name, value) in listing.Metrics) table.Add(name, value.Boxed);
        table.Write(Console.Out, OutputFormat.Text);
        if (key is null) return;
        var plot = new TextPlot(Width, Height);
        store.ReadSeries(listing.Run.Id, key, (step, value) => plot.Add(step, value));
        if (plot.Count < 2) return;
        Console.Out.WriteLine();
        plot.Write(Console.Out, key);
    }
}
