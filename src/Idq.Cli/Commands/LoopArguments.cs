using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>What run, train, evaluate, calibrate and timeseries share: their options, and running the loops.</summary>
sealed class LoopArguments(Command command)
{
    readonly Option<string> lookback = command.AddValue(
        "--initial-lookback", "S", "Seconds before the start from which train begins, so that there is a model at the start", "3600");

    readonly ConfigurationArguments configuration = new(command);
    readonly RangeArguments range = new(command);

    /// <summary>Runs the jobs; the report, which the caller prints.</summary>
    public async Task<RunReport> RunAsync(ParseResult result, IReadOnlyList<string> jobs, bool replay)
    {
        var before = result.GetSeconds(lookback, least: 0, "finite number of seconds, 0 or more");
        var (read, start, end) = Load(result, replay);
        if (start is { } from && !(from - before).IsFinite)
            throw new UsageException($"{lookback.Name}: {result.Get(lookback)} s before {from} there is no GPS time");
        (string, long)[] levels =
        [
            ("train", read.Train.LogLevel), ("evaluate", read.Evaluate.LogLevel), ("calibrate", read.Calibrate.LogLevel),
            ("timeseries", read.Timeseries.LogLevel)];
        return await Session.RunAsync(result, levels, session =>
            new StreamRun(read, GpsArgument.Clock, GpsArgument.LeapSecondsOf(read), session.Loggers)
                .RunAsync(new RunRequest(jobs, start, end, before, replay), session.Progress, session.Stopping));
    }

    (Configuration Configuration, GpsTime? Start, GpsTime? End) Load(ParseResult result, bool replay)
    {
        if (replay)
        {
            var (configured, finite) = configuration.LoadForData(result, range, isPast: true);
            return (configured, finite.Start, finite.End);
        }
        var read = configuration.LoadForData(result);
        var (start, end) = range.Given(result, read);
        return (read, start, end);
    }
}
