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
        var before = result.GetSeconds(lookback, least: 0);
        var read = configuration.LoadForData(result);
        var (start, end) = range.Given(result, read);
        if (replay)
        {
            var finite = range.Finite(result, read);
            (start, end) = (finite.Start, finite.End);
        }
        return await Session.RunAsync(result, read.Train.LogLevel, session =>
            new StreamRun(read, GpsArgument.Clock, GpsArgument.LeapSecondsOf(read), session.Loggers)
                .RunAsync(new RunRequest(jobs, start, end, before, replay), session.Progress, session.Stopping));
    }
}
