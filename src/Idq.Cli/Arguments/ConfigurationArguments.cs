using System.CommandLine;
using Idq.Streaming;
using Microsoft.Extensions.Logging;

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

    /// <summary>Where the analysis lies, whatever else the configuration says.</summary>
    /// <exception cref="ConfigurationException">[general] or [tracker] has errors.</exception>
    public AnalysisPlace Locate(ParseResult result) => Configuration.Locate(result.Get(ini), result.Get(settings));

    /// <summary>
    /// The configuration, checked against its data too, before anything is written; warnings go to standard error. Data that cannot be
    /// read now is not the fault of the configuration.
    /// </summary>
    /// <exception cref="ConfigurationException">It has errors, or does not fit the data.</exception>
    public Configuration LoadForData(ParseResult result) => Checked(Load(result), null, result);

    /// <summary>The same with a finite range, against which it is checked too.</summary>
    /// <exception cref="ConfigurationException">It has errors, or does not fit the data.</exception>
    /// <exception cref="UsageException">The range is not finite, or empty.</exception>
    public (Configuration Configuration, Segment Range) LoadForData(ParseResult result, RangeArguments range, bool isPast = false)
    {
        var read = Load(result);
        var segment = range.Finite(result, read, isPast);
        return (Checked(read, segment, result), segment);
    }

    static Configuration Checked(Configuration read, Segment? range, ParseResult result)
    {
        var problems = ConfigurationCheck.Run(read, range);
        var errors = problems.Where(p => p is { Severity: Severity.Error, IsOfData: false }).ToArray();
        if (errors.Length > 0) throw new ConfigurationException(errors);
        if (result.LeastSeverity() > LogLevel.Warning) return read;
        foreach (var warning in problems.Where(p => p.Severity == Severity.Warning)) Console.Error.WriteLine($"stream: warning: {warning}");
        return read;
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
