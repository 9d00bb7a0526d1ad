using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Trains, evaluates, calibrates and publishes, live or in replay").WithExamples(
            "--replay --ini etc/mock.ini",
            "--ini idq.ini",
            "--replay --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --skip timeseries");
        var replay = command.AddFlag(
            "--replay", "Runs a finite past range on a virtual clock, as fast as the machine can; the same range gives the same bytes");
        var skip = command.AddList("--skip", "job", "Leaves out a job: train, evaluate, calibrate or timeseries");
        skip.AcceptOnlyFromAmong([.. RunRequest.AllJobs]);
        var loop = new LoopArguments(command);
        return command.Does(async (result, _) =>
        {
            var jobs = RunRequest.AllJobs.Except(result.Get(skip)).ToArray();
            if (jobs.Length == 0) throw new UsageException("--skip leaves no job to run");
            var report = await loop.RunAsync(result, jobs, result.Get(replay));
            ReportOutput.Print(report, result.Format);
            return report.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
        });
    }
}
