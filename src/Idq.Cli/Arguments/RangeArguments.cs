using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>--gps-start and --gps-end.</summary>
sealed class RangeArguments(Command command)
{
    // Strides, windows and margins reach beyond a range, and have to be times themselves.
    const long Farthest = 9_100_000_000 * GpsTime.NanosecondsPerSecond;

    readonly Option<string?> start = command.AddText("--gps-start", "S", "Start of the range: GPS seconds, UTC text, or now");
    readonly Option<string?> end = command.AddText("--gps-end", "E", "End of the range: GPS seconds, UTC text, or now");

    /// <summary>The two ends as they were given; an end at infinity is none.</summary>
    /// <exception cref="UsageException">
    /// One is no time or too near the ends of GPS time, the start is unbounded, or nothing lies between them.
    /// </exception>
    public (GpsTime? Start, GpsTime? End) Given(ParseResult result, Configuration configuration)
    {
        // Both ends are of the same now.
        var (now, leapSeconds) = (Now(configuration), GpsArgument.LeapSecondsOf(configuration));
        var from = GpsArgument.ParseOptional(result.Get(start), start.Name, leapSeconds, now);
        var to = GpsArgument.ParseOptional(result.Get(end), end.Name, leapSeconds, now);
        RequireNear(from, start.Name);
        RequireNear(to, end.Name);
        if (from is { IsFinite: false }) throw new UsageException($"{start.Name}: a finite start is needed, not {from}");
        if (from >= to || to == GpsTime.MinValue)
            throw new UsageException($"the range [{from}, {to}) is empty: {end.Name} must be after {start.Name}");
        return (from, to == GpsTime.MaxValue ? null : to);
    }

    /// <summary>A finite range, from [replay] where the command line gives none.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="isPast">True when the range must be over: what is in it is read once and not again.</param>
    /// <exception cref="UsageException">
    /// An end is missing, unbounded or too near the ends of GPS time, nothing lies between them, or the end is still to come.
    /// </exception>
    public Segment Finite(ParseResult result, Configuration configuration, bool isPast = false)
    {
        var (from, to) = Given(result, configuration);
        from ??= configuration.Replay.Start;
        if (result.Get(end) is null) to ??= configuration.Replay.End;
        if (from is null || to is null)
            throw new UsageException("a finite range is needed: give --gps-start and --gps-end, or gps_start and gps_end in [replay]");
        RequireNear(from, "gps_start in [replay]");
        RequireNear(to, "gps_end in [replay]");
        if (from >= to) throw new UsageException($"the range [{from}, {to}) is empty: its end must be after its start");
        if (isPast && Now(configuration) is var now && to > now)
            throw new UsageException($"the range [{from}, {to}) is not over yet: it is {now} now; give an earlier {end.Name}");
        return new Segment(from.Value, to.Value);
    }

    static void RequireNear(GpsTime? time, string what)
    {
        if (time is { IsFinite: true, Nanoseconds: < -Farthest or > Farthest })
            throw new UsageException($"{what}: {time} is too near the end of GPS time; give a time within ±{GpsSeconds.Format(Farthest)}");
    }

    static GpsTime Now(Configuration configuration) =>
        new SystemGpsClock(GpsArgument.Clock, GpsArgument.LeapSecondsOf(configuration)).Now;
}
