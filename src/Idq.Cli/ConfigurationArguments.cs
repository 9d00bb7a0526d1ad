using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>The options of every command that reads a configuration.</summary>
sealed class ConfigurationArguments
{
    /// <summary>Adds --ini and --set to a command.</summary>
    public ConfigurationArguments(Command command)
    {
        command.Options.Add(Ini);
        command.Options.Add(Settings);
    }

    /// <summary>The INI file.</summary>
    public Option<string> Ini { get; } = new("--ini", "-c") { Description = "The configuration", HelpName = "FILE", Required = true };

    /// <summary>Overrides.</summary>
    public Option<string[]> Settings { get; } = new("--set")
    {
        Description = "Overrides one option of the configuration; repeatable",
        HelpName = "section:key=value",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The configuration, checked.</summary>
    /// <exception cref="ConfigurationException">It has errors.</exception>
    public Configuration Load(ParseResult result) => Configuration.Load(result.GetValue(Ini)!, result.GetValue(Settings));

    /// <summary>The configuration, checked against its data too, before anything is written. Data that cannot be read now is no matter of configuration.</summary>
    /// <exception cref="ConfigurationException">It has errors, or does not fit the data.</exception>
    public Configuration LoadForData(ParseResult result)
    {
        var read = Load(result);
        var problems = ConfigurationCheck.Run(read).Where(p => p is { Severity: Severity.Error, Section: not null }).ToArray();
        return problems.Length == 0 ? read : throw new ConfigurationException(problems);
    }
}
