using Idq.Data;
using Idq.Streaming;
using NodaTime;

namespace Idq.Cli;

/// <summary>Reads times of the command line: GPS seconds, UTC text, or now.</summary>
static class GpsArgument
{
    /// <summary>The clock of the machine: the one place that reads the ambient clock.</summary>
#pragma warning disable RS0030 // the composition root hands the ambient clock to everyone else
    public static IClock Clock { get; } = SystemClock.Instance;
#pragma warning restore RS0030

    /// <summary>The leap-second table of a file; the built-in one without a file.</summary>
    public static LeapSeconds LeapSecondsOf(string? file)
    {
        if (file is null) return LeapSeconds.BuiltIn;
        FileKinds.RequireFile(file);
        return LeapSeconds.Read(new StringReader(File.ReadAllText(file)));
    }

    /// <summary>The leap-second table of a configuration.</summary>
    public static LeapSeconds LeapSecondsOf(Configuration configuration) => LeapSecondsOf(configuration.General.LeapSeconds);

    /// <summary>The time that a text names.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What it is given for, as the message begins.</param>
    /// <param name="leapSeconds">The table for UTC.</param>
    /// <param name="now">What "now" is; null asks the clock.</param>
    /// <exception cref="UsageException">It names none.</exception>
    public static GpsTime Parse(string text, string what, LeapSeconds leapSeconds, GpsTime? now = null)
    {
        var clock = new ReplayClock(now ?? new SystemGpsClock(Clock, leapSeconds).Now);
        return GpsTimeText.TryParse(text, clock, leapSeconds, out var time, out var error)
            ? time
            : throw new UsageException($"{what}: {error}");
    }

    /// <summary>The time that a text names, or null when there is no text.</summary>
    public static GpsTime? ParseOptional(string? text, string what, LeapSeconds leapSeconds, GpsTime? now = null) =>
        text is null ? null : Parse(text, what, leapSeconds, now);
}
