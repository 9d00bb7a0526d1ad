using System.CommandLine;

namespace Idq.Cli.Commands;

/// <summary>stream gps: GPS to UTC and back.</summary>
static class GpsCommand
{
    public static Command Create()
    {
        var times = new Argument<string[]>("TIME")
        {
            Description = "GPS seconds, UTC text, or now; '-' reads lines from standard input",
            Arity = ArgumentArity.ZeroOrMore,
            DefaultValueFactory = _ => ["now"],
        };
        var table = new Option<string?>("--leap-seconds")
        {
            Description = "A leap-second table that replaces the built-in one",
            HelpName = "FILE",
        };
        var command = new Command("gps", "Converts between GPS time and UTC") { times, table };
        command.SetAction(result =>
        {
            var leapSeconds = result.GetValue(table) is { } file
                ? LeapSeconds.Read(new StringReader(File.ReadAllText(file)))
                : LeapSeconds.BuiltIn;
            var inputs = result.GetValue(times)!.SelectMany(t => t == "-" ? Lines(Console.In) : [t]);
            var rows = new Table("input", "gps", "utc", "leap_seconds");
            foreach (var input in inputs)
            {
                var time = GpsArgument.Parse(input, "gps", leapSeconds);
                rows.Add(input, time, Utc.Format(time, leapSeconds), leapSeconds.At(time));
            }
            rows.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream gps now",
            "stream gps 1126259462.391",
            "stream gps \"2015-09-14 09:50:45.391\" --output json",
            "cut -d' ' -f1 times.txt | stream gps -"
        );
    }

    static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Trim().Length > 0) yield return line.Trim();
    }
}
