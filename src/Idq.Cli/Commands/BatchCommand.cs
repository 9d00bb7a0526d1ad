using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream batch: an offline, cross-validated run.</summary>
static class BatchCommand
{
    public static Command Create()
    {
        var bins = new Option<int?>("--bins")
        {
            Description = "Bins; each is evaluated by a model that never saw it (default: num_bins of [batch])",
            HelpName = "N",
        };
        var pieces = new Option<int?>("--segments-per-bin")
        {
            Description = "Pieces of equal livetime that are dealt to a bin in turn",
            HelpName = "M",
        };
        var causal = new Option<bool>("--causal") { Description = "Trains only on what ends before the piece that is evaluated" };
        var command = new Command("batch", "Ranks a whole range offline, every row by a model that never saw it") { bins, pieces, causal };
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            async (result, _) =>
            {
                var read = configuration.LoadForData(result);
                var (b, m) = (result.GetValue(bins) ?? read.Batch.Bins, result.GetValue(pieces) ?? read.Batch.SegmentsPerBin);
                if (b < 2)
                    throw new UsageException($"--bins: {b} bins cannot be evaluated by models of the others; at least 2 are needed");
                if (m < 1)
                    throw new UsageException($"--segments-per-bin: {m} is less than 1");
                var request = new BatchRequest(
                    range.Finite(result, read, ConfiguredLeapSeconds.Of(read)),
                    b,
                    m,
                    result.GetValue(causal) || read.Batch.Causal,
                    read.Fingerprint()
                );
                using var session = new Session(result, read.Evaluate.LogLevel);
                var report = await new BatchRun(read, GpsArgument.Clock, session.Loggers).RunAsync(
                    request,
                    session.Progress,
                    session.Stopping
                );
                session.Dispose();
                ReportOutput.Write(Console.Out, report, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream batch --ini etc/mock.ini",
            "stream batch --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --bins 10 --segments-per-bin 5 --output json",
            "stream batch --ini etc/lockloss.ini --bins 2 --segments-per-bin 1 --causal");
    }
}
