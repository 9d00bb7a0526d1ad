using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream simulate: mock data on disk.</summary>
static class SimulateCommand
{
    public static Command Create()
    {
        var to = new Option<string>("--to")
        {
            Description = "The folder to write into",
            HelpName = "DIR",
            Required = true,
        };
        var format = new Option<string>("--format")
        {
            Description = "parquet, kw (KleineWelle text) or ligolw",
            HelpName = "parquet|kw|ligolw",
            DefaultValueFactory = _ => "parquet",
        };
        format.AcceptOnlyFromAmong("parquet", "kw", "ligolw");
        var file = new Option<string>("--file-duration")
        {
            Description = "Seconds a file",
            HelpName = "S",
            DefaultValueFactory = _ => "3600",
        };
        var command = new Command("simulate", "Writes simulated triggers to disk") { to, format, file };
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var read = configuration.Load(result);
                if (read.Train.Discovery.Flavor != SourceFlavor.Mock)
                    throw new UsageException("[train data discovery] flavor is not MockClassifierData: there is nothing to simulate");
                if (!GpsSeconds.TryParseDuration(result.GetValue(file)!, out var duration) || duration <= 0)
                    throw new UsageException($"--file-duration: '{result.GetValue(file)}' is no positive number of seconds");
                var segment = range.Finite(result, read, ConfiguredLeapSeconds.Of(read));
                using var session = new Session(result);
                var (files, events) = await Simulation.WriteAsync(
                    read,
                    segment,
                    result.GetValue(to)!,
                    result.GetValue(format)!,
                    duration,
                    session.Progress,
                    cancellationToken
                );
                session.Dispose();
                if (result.GetValue(GlobalOptions.Output) == OutputFormat.Json)
                {
                    JsonOutput.Write(
                        Console.Out,
                        json =>
                        {
                            json.WriteStartObject();
                            json.WriteStartArray("files");
                            foreach (var path in files)
                                json.WriteStringValue(path);
                            json.WriteEndArray();
                            json.WriteNumber("events", events);
                            json.WriteEndObject();
                        }
                    );
                }
                else
                {
                    var table = new Table("file");
                    foreach (var path in files)
                        table.Add(path);
                    table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                    if (result.GetValue(GlobalOptions.Output) == OutputFormat.Text)
                        Console.Out.WriteLine($"{events} events in {files.Count} files");
                }
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream simulate --ini etc/mock.ini --to events",
            "stream simulate --ini etc/mock.ini --gps-start 1262304000 --gps-end 1262307600 --to kw --format kw"
        );
    }
}
