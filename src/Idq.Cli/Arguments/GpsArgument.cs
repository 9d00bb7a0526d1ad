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
    public static LeapSeconds LeapSecondsOf(string? file) =>
        file is null ? LeapSeconds.BuiltIn : LeapSeconds.Read(new StringReader(File.ReadAllText(file)));

    /// <summary>The leap-second table of a configuration.</summary>
    public static LeapSeconds LeapSecondsOf(Configuration configuration) => LeapSecondsOf(configuration.General.LeapSeconds);

    /// <summary>The time that a text names.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public static GpsTime Parse(string text, string what, LeapSeconds leapSeconds) =>
        GpsTimeText.TryParse(text, new SystemGpsClock(Clock, leapSeconds), leapSeconds, out var time, out var error)
            ? time
            : throw new UsageException($"{what}: '{text}' is no time: {error}; write GPS seconds, UTC as 2015-09-14T09:50:45.391, or now");

    /// <summary>The time that a text names, or null when there is no text.</summary>
    public static GpsTime? ParseOptional(string? text, string what, LeapSeconds leapSeconds) =>
        text is null ? null : Parse(text, what, leapSeconds);
}
