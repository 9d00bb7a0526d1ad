using System.CommandLine;
using System.Globalization;
using Idq.Tracking;
using NodaTime;
using NodaTime.Text;

namespace Idq.Cli.Commands;

static class TrackerSeriesCommand
{
    public static Command Create()
    {
        var command = new Command("series",
            "Shows how a metric of the history went: number, least, mean and greatest of every bucket, thinned or not").WithExamples(
            "--store sqlite:tracker.sqlite 8089916f loss --buckets 20",
            "--store sqlite:tracker.sqlite 12 loss --from 2026-01-02T00:00:00Z --to 2026-01-03T00:00:00Z");
        var run = command.AddWord("RUN", "The run: " + Chosen.RunMeaning);
        var metric = command.AddWord("KEY", "The metric");
        var axis = command.AddValue("--axis", "time|step", "What the buckets are spread over", SeriesAxis.Time);
        var from = command.AddText("--from", "AT", "From here on: a time such as 2026-01-02T03:04:05Z, or a step");
        var to = command.AddText("--to", "AT", "Up to here, this not included");
        var buckets = command.AddValue("--buckets", "N", "How many buckets", 100);
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            var isTime = result.Get(axis) == SeriesAxis.Time;
            var query = new SeriesQuery
            {
                Buckets = result.GetChecked(buckets, n => n is >= 1 and <= 100_000, "between 1 and 100000"),
                Axis = result.Get(axis),
                From = At("--from", result.Get(from), isTime),
                To = At("--to", result.Get(to), isTime),
            };
            using var opened = store.OpenReadOnly(result);
            var (of, key) = (Chosen.Run(opened, result.Get(run)).Run, result.Get(metric));
            var found = UsageException.Of(() => opened.ReadBuckets(of.Id, key, query));
            if (found.Count == 0 && opened.ReadBuckets(of.Id, key, new SeriesQuery { Axis = SeriesAxis.Time, Buckets = 1 }).Count == 0)
                throw Chosen.Unknown(
                    $"run '{of.Uid}' has no history of a metric '{key}'; 'stream tracker show' plots metrics of every kind");
            return Table.Of(found,
                ("from", b => Place(b.Start, isTime)), ("to", b => Place(b.End, isTime)), ("count", b => b.Count), ("least", b => b.Least),
                ("mean", b => b.Mean), ("greatest", b => b.Greatest), ("others", b => b.Others));
        });
    }

    static long? At(string option, string? text, bool isTime)
    {
        if (text is null) return null;
        if (isTime && InstantPattern.ExtendedIso.Parse(text) is { Success: true } time) return time.Value.ToUnixTimeMilliseconds();
        if (!isTime && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)) return step;
        throw new UsageException($"{option}: '{text}' is no {(isTime ? "time: write it as 2026-01-02T03:04:05Z" : "step")}");
    }

    // What lies outside of the years that can be written stays a number.
    static object Place(long at, bool isTime) =>
        isTime && at is > -62_135_596_800_000 and < 253_402_300_800_000 ? TrackerValues.Text(Instant.FromUnixTimeMilliseconds(at))! : at;
}
