using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>--ini and --set, and the configuration that they give.</summary>
sealed class ConfigurationArguments
{
    readonly Option<string> ini = new("--ini", "-c") { Description = "The configuration", HelpName = "FILE", Required = true };
    readonly Option<string[]> settings;

    /// <summary>Adds --ini and --set to a command.</summary>
    public ConfigurationArguments(Command command)
    {
        command.Options.Add(ini);
        settings = command.AddList("--set", "section:key=value", "Overrides one option of the configuration");
    }

    /// <summary>The configuration, checked.</summary>
    /// <exception cref="ConfigurationException">It has errors.</exception>
    public Configuration Load(ParseResult result) => Configuration.Load(result.Get(ini), result.Get(settings));

    /// <summary>
    /// The configuration, checked against its data too, before anything is written. Data that cannot be read now is not the fault of the
    /// configuration.
    /// </summary>
    /// <exception cref="ConfigurationException">It has errors, or does not fit the data.</exception>
    public Configuration LoadForData(ParseResult result)
    {
        var read = Load(result);
        var problems = ConfigurationCheck.Run(read).Where(p => p is { Severity: Severity.Error, Section: not null }).ToArray();
        return problems.Length == 0 ? read : throw new ConfigurationException(problems);
    }

    /// <summary>Every problem of the configuration.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems(ParseResult result)
    {
        try
        {
            return ConfigurationCheck.Run(Configuration.Read(result.Get(ini), result.Get(settings)));
        }
        catch (ConfigurationException e)
        {
            return e.Problems;
        }
    }

    /// <summary>The word for a severity.</summary>
    public static string Name(Severity severity) => severity == Severity.Error ? "error" : "warning";
}
