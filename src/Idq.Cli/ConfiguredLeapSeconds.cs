using Idq.Streaming;

namespace Idq.Cli;

/// <summary>The leap-second table of a configuration: its own file, or the built-in one.</summary>
static class ConfiguredLeapSeconds
{
    /// <summary>The table.</summary>
    public static LeapSeconds Of(Configuration configuration) => configuration.General.LeapSeconds is { } file
        ? LeapSeconds.Read(new StringReader(File.ReadAllText(file)))
        : LeapSeconds.BuiltIn;
}
