using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream run: all loops in one process.</summary>
static class RunCommand
{
    public static Command Create()
    {
        var replay = new Option<bool>("--replay")
        {
            Description = "Runs a finite past range on a virtual clock, as fast as the machine can; the same range gives the same bytes",
        };
        var skip = new Option<string[]>("--skip")
        {
            Description = "Leaves out a job: train, evaluate, calibrate or timeseries; repeatable",
            HelpName = "job",
            DefaultValueFactory = _ => [],
        };
        skip.AcceptOnlyFromAmong([.. RunRequest.AllJobs]);
        var lookback = LookbackOption.Create();
        var command = new Command("run", "Trains, evaluates, calibrates and publishes, live or in replay") { replay, skip, lookback };
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            (result, _) =>
            {
                var jobs = RunRequest.AllJobs.Except(result.GetValue(skip)!).ToArray();
                if (jobs.Length == 0)
                    throw new UsageException("--skip leaves no job to run");
                return StreamAction.RunAsync(
                    result,
                    configuration,
                    range,
                    jobs,
                    result.GetValue(replay),
                    LookbackOption.Nanoseconds(result, lookback),
                    (report, format) => ReportOutput.Write(Console.Out, report, format)
                );
            }
        );
        return command.WithExamples(
            "stream run --replay --ini etc/mock.ini",
            "stream run --ini idq.ini",
            "stream run --replay --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --skip timeseries");
    }
}
