using System.CommandLine;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream gc: removes old products.</summary>
static class GcCommand
{
    public static Command Create()
    {
        var command = new Command("gc", "Removes products that ended longer ago than is kept, and that nothing that stays was made from")
            .WithExamples(
                "--ini idq.ini --keep 7d --dry-run",
                "--ini idq.ini --keep 86400 --kind series",
                "--ini idq.ini --keep 4w --strays");
        var keep = command.AddRequired<string>(
            "--keep", "DURATION",
            "What is kept, before the end of the newest product: seconds, or a number with s, m, h, d or w; the newest model and map stay "
                + "in any case");
        var kind = command.AddChoice("--kind", "model|quiver|map|series", "Only this kind");
        var dry = command.AddFlag("--dry-run", "Only says what would be removed");
        var strays = command.AddFlag("--strays", "Removes files that the ledger does not name, too; no job may run meanwhile");
        var configuration = new ConfigurationArguments(command);
        return command.Does(result =>
        {
            var kept = Nanoseconds(result.Get(keep));
            var read = configuration.Load(result);
            using var store = result.Get(dry)
                ? TrackerStore.OpenReadOnly(read.Tracker.Store)
                : TrackerStore.Open(read.Tracker.Store, GpsArgument.Clock);
            var collection = new ProductCollection(store, read.General.Paths);
            var collected = result.Get(dry)
                ? collection.Find(kept, result.Get(kind))
                : collection.Remove(kept, result.Get(kind), result.Get(strays));
            Print(collected, result.Format);
            if (collected.Strays.Count > 0 && !result.Get(strays))
                Console.Error.WriteLine(
                    $"stream: {collected.Strays.Count} files in '{read.General.Paths.Root}' are not in the ledger; --strays removes them");
        });
    }

    static long Nanoseconds(string text)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'w' => 604_800, 'd' => 86_400, 'h' => 3600, 'm' => 60, 's' => 1, _ => 0 };
        var number = unit == 0 ? text : text[..^1];
        return GpsSeconds.TryParseDuration(number, out var seconds) && seconds >= 0 && seconds <= long.MaxValue / Math.Max(1, unit)
            ? seconds * Math.Max(1, unit)
            : throw new UsageException($"--keep: '{text}' is no duration: write seconds, or a number with s, m, h, d or w, such as 7d");
    }

    static void Print(Collected collected, OutputFormat format)
    {
        var removed = new Members(collected.Removed.GroupBy(p => p.Kind, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new KeyValuePair<string, object?>(g.Key, g.Count())));
        if (format == OutputFormat.Json)
            JsonOutput.Print(new Members { ["removed"] = removed, ["bytes"] = collected.Bytes, ["strays"] = collected.Strays });
        else
            Table.Of(
                collected.Removed.Where(p => p.HasFile || p.IsCompacted), ("seq", p => p.Seq), ("kind", p => p.Kind),
                ("nickname", p => p.Nickname), ("start", p => new GpsTime(p.StartNs)), ("end", p => new GpsTime(p.EndNs)),
                ("path", p => p.Path)).Print(format);
        if (format == OutputFormat.Text)
            Console.Out.WriteLine($"\n{collected.Removed.Count} products, {collected.Bytes} bytes");
    }
}
