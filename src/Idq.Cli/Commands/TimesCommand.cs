using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class TimesCommand
{
    public static Command Create()
    {
        var command = new Command("times", "Finds target and random times, livetime and clean livetime").WithExamples(
            "--ini etc/mock.ini",
            "--ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --list --output csv");
        var list = command.AddFlag("--list", "Prints every time with its label");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Does(async (result, cancellationToken) =>
        {
            var (read, segment) = configuration.LoadForData(result, range);
            var samples = await SampleSurvey.FindAsync(read, segment, cancellationToken);
            var targets = samples.Labels.Count(l => l == Label.Glitch);
            var (livetime, clean) = (new Seconds(samples.Segments.Livetime), new Seconds(samples.CleanSegments.Livetime));
            var times = Table.Of(
                Enumerable.Range(0, result.Get(list) ? samples.Count : 0),
                ("time", i => new GpsTime(samples.Times[i])), ("label", i => (int)samples.Labels[i]));
            if (result.Format == OutputFormat.Json)
            {
                var document = new Members
                {
                    ["livetime"] = livetime,
                    ["clean_livetime"] = clean,
                    ["target"] = new Members { ["candidates"] = samples.Candidates, ["count"] = targets },
                    ["random"] = new Members { ["count"] = samples.Count - targets },
                };
                if (result.Get(list)) document["times"] = times;
                JsonOutput.Print(document);
            }
            else if (result.Get(list)) times.Print(result.Format);
            else
                Table.OfRow(
                    ("livetime", livetime), ("clean_livetime", clean), ("candidates", samples.Candidates), ("targets", targets),
                    ("randoms", samples.Count - targets)).Print(result.Format);
            return ExitCode.Done;
        });
    }
}
