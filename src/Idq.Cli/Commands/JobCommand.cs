using System.CommandLine;

namespace Idq.Cli.Commands;

/// <summary>stream train, evaluate, calibrate, timeseries: one loop.</summary>
static class JobCommand
{
    public static Command Create(string job, string description)
    {
        var lookback = LookbackOption.Create();
        var command = new Command(job, $"{description}; live when the range reaches into the future, catch-up when it is past")
        {
            lookback,
        };
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            (result, _) =>
                StreamAction.RunAsync(
                    result,
                    configuration,
                    range,
                    [job],
                    replay: false,
                    LookbackOption.Nanoseconds(result, lookback),
                    (report, format) => ReportOutput.WriteJob(Console.Out, job, report, format)
                )
        );
        return command.WithExamples(
            $"stream {job} --ini idq.ini",
            $"stream {job} --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --output json"
        );
    }
}
