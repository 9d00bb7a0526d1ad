using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>Runs loops for run, train, evaluate, calibrate and timeseries.</summary>
static class StreamAction
{
    public static async Task<int> RunAsync(
        ParseResult result,
        ConfigurationArguments arguments,
        RangeArguments range,
        IReadOnlyList<string> jobs,
        bool replay,
        long lookback,
        Action<RunReport, OutputFormat> write
    )
    {
        var configuration = arguments.LoadForData(result);
        var leapSeconds = ConfiguredLeapSeconds.Of(configuration);
        var (start, end) = range.Given(result, leapSeconds);
        if (replay)
        {
            var finite = range.Finite(result, configuration, leapSeconds);
            (start, end) = (finite.Start, finite.End);
        }
        using var session = new Session(result, configuration.Train.LogLevel);
        var run = new StreamRun(configuration, GpsArgument.Clock, leapSeconds, session.Loggers);
        var report = await run.RunAsync(new RunRequest(jobs, start, end, lookback, replay), session.Progress, session.Stopping);
        session.Dispose();
        write(report, result.GetValue(GlobalOptions.Output));
        return report.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}
