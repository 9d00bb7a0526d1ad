using System.CommandLine;
using Idq.Data;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class SimulateCommand
{
    public static Command Create()
    {
        var command = new Command("simulate", "Writes simulated triggers to disk").WithExamples(
            "--ini etc/mock.ini --to events",
            "--ini etc/mock.ini --gps-start 1262304000 --gps-end 1262307600 --to kw --format kw");
        var to = command.AddRequired<string>("--to", "DIR", "The folder to write into");
        var format = command.AddChoice("--format", "parquet|kw|ligolw", "parquet, kw (KleineWelle text) or ligolw", "parquet");
        var length = command.AddValue("--file-duration", "S", "Seconds a file", "3600");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Does(async (result, _) =>
        {
            var read = configuration.Load(result);
            if (read.Train.Discovery.Flavor is not MockFlavor)
                throw new UsageException("[train data discovery] flavor is not MockClassifierData: there is nothing to simulate");
            if (result.Get(to).Length == 0 || FileKinds.Of(result.Get(to)) is not (FileKind.Folder or FileKind.Nothing))
                throw new UsageException($"--to: '{result.Get(to)}' is no folder");
            var duration = result.GetSeconds(length, least: 1_000_000, "number of seconds, 0.001 or more");
            var segment = range.Finite(result, read);
            var (files, events) = await Session.RunAsync(result, [], session => Simulation.WriteAsync(
                read, segment, result.Get(to), result.Get(format)!, duration, session.Progress, session.Stopping));
            if (result.Format == OutputFormat.Json)
            {
                JsonOutput.Print(new Members { ["files"] = files, ["events"] = events });
                return ExitCode.Done;
            }
            Table.Of(files, ("file", f => f)).Print(result.Format);
            if (result.Format == OutputFormat.Text) Console.Out.WriteLine($"{events} events in {files.Count} files");
            return ExitCode.Done;
        });
    }
}
