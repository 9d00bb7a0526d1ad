using System.CommandLine;
using System.Globalization;
using Idq.Tracking;
using NodaTime;
using NodaTime.Text;

namespace Idq.Cli.Commands;

/// <summary>stream tracker series: a metric's history in buckets.</summary>
static class TrackerSeriesCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run: its uid, the beginning of it, or its number" };
        var metric = new Argument<string>("KEY") { Description = "The metric" };
        var axis = new Option<SeriesAxis>("--axis")
        {
            Description = "What the buckets are spread over",
            HelpName = "time|step",
            DefaultValueFactory = _ => SeriesAxis.Time,
        };
        var from = new Option<string?>("--from")
        {
            Description = "From here on: a time such as 2026-01-02T03:04:05Z, or a step",
            HelpName = "AT",
        };
        var to = new Option<string?>("--to") { Description = "Up to here, this not included", HelpName = "AT" };
        var buckets = new Option<int>("--buckets")
        {
            Description = "How many buckets",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        var command = new Command(
            "series",
            "Shows how a metric of the history went: number, least, mean and greatest of every bucket, thinned or not"
        )
        {
            run,
            metric,
            axis,
            from,
            to,
            buckets,
        };
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            if (result.GetValue(buckets) is not (>= 1 and <= 100_000)) throw new UsageException("--buckets must be between 1 and 100000");
            var isTime = result.GetValue(axis) == SeriesAxis.Time;
            var query = new SeriesQuery
            {
                Axis = result.GetValue(axis),
                From = At("--from", result.GetValue(from), isTime),
                To = At("--to", result.GetValue(to), isTime),
                Buckets = result.GetValue(buckets),
            };
            using var opened = store.OpenReadOnly(result);
            var table = new Table("from", "to", "count", "least", "mean", "greatest", "others");
            try
            {
                var (of, key) = (ChosenRun.Of(opened, result.GetValue(run)!).Run, result.GetValue(metric)!);
                var found = opened.ReadBuckets(of.Id, key, query);
                if (found.Count == 0 && opened.ReadBuckets(of.Id, key, new SeriesQuery { Axis = SeriesAxis.Time, Buckets = 1 }).Count == 0)
                    throw new TrackerException(
                        TrackerFailure.UnknownReference,
                        $"run '{of.Uid}' has no history of a metric '{key}'; 'stream tracker show' plots metrics of every kind"
                    );
                foreach (var b in found)
                    table.Add(Place(b.Start, isTime), Place(b.End, isTime), b.Count, b.Least, b.Mean, b.Greatest, b.Others);
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker series --store sqlite:tracker.sqlite 8089916f loss --buckets 20",
            "stream tracker series --store sqlite:tracker.sqlite 12 loss --from 2026-01-02T00:00:00Z --to 2026-01-03T00:00:00Z --output csv"
        );
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
        isTime && at is > -62_135_596_800_000 and < 253_402_300_800_000 ? TrackerCommand.Text(Instant.FromUnixTimeMilliseconds(at))! : at;
}
