using System.CommandLine;

namespace Idq.Cli.Commands;

/// <summary>--initial-lookback: how long before the start train begins.</summary>
static class LookbackOption
{
    public static Option<string> Create() => new("--initial-lookback")
    {
        Description = "Seconds before the start from which train begins, so that there is a model at the start",
        HelpName = "S",
        DefaultValueFactory = _ => "3600",
    };

    public static long Nanoseconds(ParseResult result, Option<string> option) =>
        GpsSeconds.TryParseDuration(result.GetValue(option)!, out var nanoseconds) && nanoseconds >= 0
            ? nanoseconds
            : throw new UsageException($"--initial-lookback: '{result.GetValue(option)}' is no number of seconds");
}
