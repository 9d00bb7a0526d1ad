using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream times: the samples of a range, before anything is learned.</summary>
static class TimesCommand
{
    public static Command Create()
    {
        var list = new Option<bool>("--list") { Description = "Prints every time with its label" };
        var command = new Command("times", "Finds target and random times, livetime and clean livetime") { list };
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var read = configuration.LoadForData(result);
                var segment = range.Finite(result, read, ConfiguredLeapSeconds.Of(read));
                var samples = await SampleSurvey.FindAsync(read, segment, cancellationToken);
                var targets = samples.Labels.Count(l => l == Label.Glitch);
                var format = result.GetValue(GlobalOptions.Output);
                if (format == OutputFormat.Json)
                {
                    JsonOutput.Write(
                        Console.Out,
                        json =>
                        {
                            json.WriteStartObject();
                            json.Seconds("livetime", samples.Segments.Livetime);
                            json.Seconds("clean_livetime", samples.CleanSegments.Livetime);
                            json.WriteStartObject("target");
                            json.WriteNumber("candidates", samples.Candidates);
                            json.WriteNumber("count", targets);
                            json.WriteEndObject();
                            json.WriteStartObject("random");
                            json.WriteNumber("count", samples.Count - targets);
                            json.WriteEndObject();
                            if (result.GetValue(list))
                            {
                                json.WriteStartArray("times");
                                for (var i = 0; i < samples.Count; i++)
                                {
                                    json.WriteStartObject();
                                    json.Gps("time", new GpsTime(samples.Times[i]));
                                    json.WriteNumber("label", samples.Labels[i]);
                                    json.WriteEndObject();
                                }
                                json.WriteEndArray();
                            }
                            json.WriteEndObject();
                        }
                    );
                    return ExitCode.Done;
                }
                if (result.GetValue(list))
                {
                    var table = new Table("time", "label");
                    for (var i = 0; i < samples.Count; i++)
                        table.Add(new GpsTime(samples.Times[i]), (int)samples.Labels[i]);
                    table.Write(Console.Out, format);
                    return ExitCode.Done;
                }
                var totals = new Table("livetime", "clean_livetime", "candidates", "targets", "randoms");
                totals.Add(
                    GpsSeconds.Format(samples.Segments.Livetime),
                    GpsSeconds.Format(samples.CleanSegments.Livetime),
                    samples.Candidates,
                    targets,
                    samples.Count - targets
                );
                totals.Write(Console.Out, format);
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream times --ini etc/mock.ini",
            "stream times --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --list --output csv"
        );
    }
}
