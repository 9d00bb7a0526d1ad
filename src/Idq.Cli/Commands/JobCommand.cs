using System.CommandLine;

namespace Idq.Cli.Commands;

static class JobCommand
{
    public static Command Create(string job, string description)
    {
        var command = new Command(job, $"{description}; live when the range reaches into the future, catch-up when it is past")
            .WithExamples(
                "--ini idq.ini",
                "--ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --output json");
        var loop = new LoopArguments(command);
        return command.Does(async (result, _) =>
        {
            var report = await loop.RunAsync(result, [job], replay: false);
            ReportOutput.PrintJob(job, report, result.Format);
            return report.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
        });
    }
}
