using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>--gps-start and --gps-end.</summary>
sealed class RangeArguments(Command command)
{
    readonly Option<string?> start = command.AddText("--gps-start", "S", "Start of the range: GPS seconds, UTC text, or now");
    readonly Option<string?> end = command.AddText("--gps-end", "E", "End of the range: GPS seconds, UTC text, or now");

    /// <summary>The two ends as they were given.</summary>
    /// <exception cref="UsageException">One is no time, or nothing lies between them.</exception>
    public (GpsTime? Start, GpsTime? End) Given(ParseResult result, Configuration configuration)
    {
        var leapSeconds = GpsArgument.LeapSecondsOf(configuration);
        var range = (Start: GpsArgument.ParseOptional(result.Get(start), start.Name, leapSeconds),
            End: GpsArgument.ParseOptional(result.Get(end), end.Name, leapSeconds));
        return range.Start >= range.End
            ? throw new UsageException($"the range [{range.Start}, {range.End}) is empty: --gps-end must be after --gps-start")
            : range;
    }

    /// <summary>A finite range, from [replay] where the command line gives none.</summary>
    /// <exception cref="UsageException">An end is missing.</exception>
    public Segment Finite(ParseResult result, Configuration configuration)
    {
        var (from, to) = Given(result, configuration);
        from ??= configuration.Replay.Start;
        to ??= configuration.Replay.End;
        if (from is null || to is null)
            throw new UsageException("a finite range is needed: give --gps-start and --gps-end, or gps_start and gps_end in [replay]");
        return from < to ? new Segment(from.Value, to.Value) : throw new UsageException($"the range [{from}, {to}) is empty");
    }
}
