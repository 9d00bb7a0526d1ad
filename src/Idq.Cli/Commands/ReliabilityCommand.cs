using System.CommandLine;
using Idq.Streaming;
using Idq.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Cli.Commands;

/// <summary>stream reliability: do later samples bear out what the maps said?</summary>
static class ReliabilityCommand
{
    public static Command Create()
    {
        var command = new Command("reliability", "Compares FAP and PGLITCH with what later samples were").WithExamples(
            "--ini etc/mock.ini",
            "--ini etc/mock.ini --svg reliability.svg",
            "--ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --output json");
        var svg = command.AddText("--svg", "FILE", "Draws the reliability diagram of PGLITCH into a file");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Prints(result =>
        {
            var read = configuration.Load(result);
            var (start, end) = range.Given(result, read);
            var span = new Segment(start ?? GpsTime.MinValue, end ?? GpsTime.MaxValue);
            using var store = TrackerStore.OpenReadOnly(read.Tracker.Store);
            using var context = new JobContext(read, store, new ReplayClock(default), isLive: false, NullLoggerFactory.Instance);
            var summaries = ClassifierSummary.OfRange(context, span);
            if (result.Get(svg) is { } path)
                File.WriteAllText(path, ReliabilityDiagram.Svg([.. summaries.Select(s => (s.Nickname, s.Reliability))]));
            return TableOf(summaries);
        });
    }

    // One line a figure: a threshold of FAP, a bin of PGLITCH, or all of PGLITCH. "stated" is the share that the maps promised.
    static Table TableOf(IEnumerable<ClassifierSummary> summaries)
    {
        var table = new Table("classifier", "figure", "from", "to", "stated", "observed", "stderr", "deviation");
        foreach (var (nickname, reliability) in summaries.Select(s => (s.Nickname, s.Reliability)))
        {
            foreach (var fap in reliability.Fap) Add("fap", 0, fap.Threshold, fap.Threshold, fap.Value, fap.StandardError);
            foreach (var b in reliability.PGlitch)
                Add("pglitch", b.From, b.To, b.Stated / b.Windows, b.Held / b.Windows, b.StandardError / b.Windows);
            var (stated, held) = (reliability.PGlitch.Sum(b => b.Stated), reliability.PGlitch.Sum(b => b.Held));
            if (reliability.Total is { } total) Add("pglitch_windows", 0, 1, stated, held, total.StandardError * held);

            void Add(string figure, double from, double to, double stated, double observed, double error) => table.Add(
                nickname, figure, from, to, Math.Round(stated, 6), Math.Round(observed, 6), Math.Round(error, 6),
                // The sum with 0 makes −0 a 0.
                error > 0 ? Math.Round((observed - stated) / error, 2) + 0 : null);
        }
        return table;
    }
}
