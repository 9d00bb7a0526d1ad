using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class BatchCommand
{
    public static Command Create()
    {
        var command = new Command("batch", "Ranks a whole range offline, every row by a model that never saw it").WithExamples(
            "--ini etc/mock.ini",
            "--ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --bins 10 --segments-per-bin 5 --output json",
            "--ini etc/lockloss.ini --bins 2 --segments-per-bin 1 --causal");
        var bins = command.AddValue<int?>(
            "--bins", "N", "Bins; each is evaluated by a model that never saw it (default: num_bins of [batch])");
        var pieces = command.AddValue<int?>("--segments-per-bin", "M", "Pieces of equal livetime that are dealt to a bin in turn");
        var causal = command.AddFlag("--causal", "Trains only on what ends before the piece that is evaluated");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Does(async (result, _) =>
        {
            var (read, segment) = configuration.LoadForData(result, range, isPast: true);
            var (b, m) = (result.Get(bins) ?? read.Batch.Bins, result.Get(pieces) ?? read.Batch.SegmentsPerBin);
            if (b < 2) throw new UsageException($"--bins: {b} bins cannot be evaluated by models of the others; at least 2 are needed");
            if (m < 1) throw new UsageException($"--segments-per-bin: {m} is less than 1");
            if ((long)b * m > BatchOptions.Most)
                throw new UsageException($"--bins and --segments-per-bin: {b} × {m} pieces are more than {BatchOptions.Most}");
            var request = new BatchRequest(segment, b, m, result.Get(causal) || read.Batch.Causal, read.Fingerprint());
            var report = await Session.RunAsync(result, [("batch", read.Evaluate.LogLevel)], session =>
                new BatchRun(read, GpsArgument.Clock, session.Loggers).RunAsync(request, session.Progress, session.Stopping));
            ReportOutput.Print(report, result.Format);
            return ExitCode.Done;
        });
    }
}
