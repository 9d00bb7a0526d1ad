using System.CommandLine;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream compact: many small files become one an hour.</summary>
static class CompactCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var command = new Command("compact", "Makes one file of each classifier's quivers, and of its series, for every hour that is done")
            .WithExamples(
                "--ini idq.ini",
                "--ini idq.ini --dry-run",
                "--ini idq.ini --gps-start 1126051200 --gps-end 1126137600 --set general:compact=86400");
        var dry = command.AddFlag("--dry-run", "Only says what would be done");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Does(async (result, _) =>
        {
            var read = configuration.Load(result);
            if (read.General.Compact == 0)
                throw new UsageException("[general] compact = 0 says never; to compact all the same, add --set general:compact=3600");
            var (start, end) = range.Given(result, read);
            var within = new Segment(start ?? GpsTime.MinValue, end ?? GpsTime.MaxValue);
            using var store = result.Get(dry)
                ? TrackerStore.OpenReadOnly(read.Tracker.Store)
                : TrackerStore.Open(read.Tracker.Store, GpsArgument.Clock);
            var before = Files(store);
            var (hours, entries) = await Declarations.StoppableAsync(stopping =>
            {
                if (!result.Get(dry)) return Compact(read, store, within, stopping);
                var found = CompleteHour.All(store, read.General.Compact, within);
                return (found.Count, found.Sum(h => h.Entries.Count));
            });
            var members = new Members
            {
                ["files_before"] = before,
                ["files_after"] = Files(store),
                ["hours"] = hours,
                ["entries"] = entries,
            };
            if (result.Format == OutputFormat.Json) JsonOutput.Print(members);
            else Table.OfRow([.. members.Select(m => (m.Key, m.Value))]).Print(result.Format);
            return ExitCode.Done;
        });
    }

    static (int Hours, int Entries) Compact(Configuration read, TrackerStore store, Segment within, CancellationToken stopping)
    {
        using var compactor = Open(read, store, stopping);
        var (hours, entries) = (0, 0);
        foreach (var hour in CompleteHour.All(store, read.General.Compact, within))
        {
            if (compactor.Compact(hour, stopping) is not (> 0 and var count)) continue;
            hours++;
            entries += count;
        }
        return (hours, entries);
    }

    // A service that runs compacts for a moment now and then.
    static Compactor Open(Configuration read, TrackerStore store, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return new(read, store);
            }
            catch (JobInUseException)
            {
                stopping.WaitHandle.WaitOne(Patience);
                stopping.ThrowIfCancellationRequested();
            }
        }
    }

    static int Files(TrackerStore store) => store.Products().Count(p => p.HasFile);
}
