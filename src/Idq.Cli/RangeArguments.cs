using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>--gps-start and --gps-end.</summary>
sealed class RangeArguments
{
    /// <summary>Adds the two options to a command.</summary>
    public RangeArguments(Command command)
    {
        command.Options.Add(Start);
        command.Options.Add(End);
    }

    Option<string?> Start { get; } =
        new("--gps-start") { Description = "Start of the range: GPS seconds, UTC text, or now", HelpName = "S" };

    Option<string?> End { get; } = new("--gps-end") { Description = "End of the range: GPS seconds, UTC text, or now", HelpName = "E" };

    /// <summary>The two ends as they were given.</summary>
    public (GpsTime? Start, GpsTime? End) Given(ParseResult result, LeapSeconds leapSeconds)
    {
        var range = (
            Start: GpsArgument.ParseOptional(result.GetValue(Start), "--gps-start", leapSeconds),
            End: GpsArgument.ParseOptional(result.GetValue(End), "--gps-end", leapSeconds)
        );
        if (range.Start is { } start && range.End is { } end && start >= end)
            throw new UsageException($"the range [{start}, {end}) is empty: --gps-end must be after --gps-start");
        return range;
    }

    /// <summary>A finite range, from [replay] where the command line gives none.</summary>
    /// <exception cref="UsageException">An end is missing.</exception>
    public Segment Finite(ParseResult result, Configuration configuration, LeapSeconds leapSeconds)
    {
        var (start, end) = Given(result, leapSeconds);
        start ??= configuration.Replay.Start;
        end ??= configuration.Replay.End;
        if (start is null || end is null)
            throw new UsageException("a finite range is needed: give --gps-start and --gps-end, or gps_start and gps_end in [replay]");
        return start < end ? new Segment(start.Value, end.Value) : throw new UsageException($"the range [{start}, {end}) is empty");
    }
}
