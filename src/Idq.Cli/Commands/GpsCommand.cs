using System.CommandLine;

namespace Idq.Cli.Commands;

static class GpsCommand
{
    public static Command Create()
    {
        var command = new Command("gps", "Converts between GPS time and UTC").WithExamples(
            "now",
            "1126259462.391",
            "\"2015-09-14 09:50:45.391\" --output json",
            "cut -d' ' -f1 times.txt | stream gps -");
        var times = command.AddWords("TIME", "GPS seconds, UTC text, or now; '-' reads lines from standard input", ["now"]);
        var file = command.AddText("--leap-seconds", "FILE", "A leap-second table that replaces the built-in one");
        return command.Prints(result =>
        {
            var leapSeconds = GpsArgument.LeapSecondsOf(result.Get(file));
            return Table.Of(
                result.Get(times)
                    .SelectMany(t => t == "-" ? Lines(Console.In) : [t])
                    .Select(input => (Input: input, Time: GpsArgument.Parse(input, "gps", leapSeconds))),
                ("input", t => t.Input), ("gps", t => t.Time), ("utc", t => Utc.Format(t.Time, leapSeconds)),
                ("leap_seconds", t => leapSeconds.At(t.Time)));
        });
    }

    static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } text) yield return text;
    }
}
