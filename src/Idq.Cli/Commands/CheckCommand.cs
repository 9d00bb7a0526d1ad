using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream check: every problem of a configuration at once.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Finds every problem of a configuration at once; writes nothing");
        var configuration = new ConfigurationArguments(command);
        command.SetAction(result =>
        {
            var problems = Problems(result.GetValue(configuration.Ini)!, result.GetValue(configuration.Settings)!);
            var format = result.GetValue(GlobalOptions.Output);
            if (format == OutputFormat.Json)
            {
                JsonOutput.Write(Console.Out, json =>
                {
                    json.WriteStartObject();
                    json.WriteStartArray("problems");
                    foreach (var p in problems)
                    {
                        json.WriteStartObject();
                        json.WriteString("severity", p.Severity == Severity.Error ? "error" : "warning");
                        json.WriteString("file", p.File);
                        json.WriteString("section", p.Section);
                        json.WriteString("key", p.Key);
                        json.WritePropertyName("line");
                        json.Any(p.Line);
                        json.WriteString("message", p.Message);
                        json.WriteString("suggestion", p.Suggestion);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    json.WriteEndObject();
                });
            }
            else if (format == OutputFormat.Csv)
            {
                var table = new Table("severity", "file", "section", "key", "line", "message", "suggestion");
                foreach (var p in problems)
                    table.Add(
                        p.Severity == Severity.Error ? "error" : "warning",
                        p.File,
                        p.Section,
                        p.Key,
                        p.Line,
                        p.Message,
                        p.Suggestion
                    );
                table.Write(Console.Out, format);
            }
            else
            {
                foreach (var p in problems)
                    Console.Out.WriteLine($"{(p.Severity == Severity.Error ? "error" : "warning")}: {p}");
                Console.Out.WriteLine(
                    problems.Count == 0
                        ? "no problems"
                        : $"{problems.Count(p => p.Severity == Severity.Error)} errors, {problems.Count(p => p.Severity == Severity.Warning)} warnings"
                );
            }
            return problems.Any(p => p.Severity == Severity.Error) ? ExitCode.Usage : ExitCode.Done;
        });
        return command.WithExamples(
            "stream check --ini idq.ini",
            "stream check --ini idq.ini --output json --set \"train stream:stride=32\""
        );
    }

    static IReadOnlyList<ConfigurationProblem> Problems(string ini, string[] settings)
    {
        try
        {
            return ConfigurationCheck.Run(Configuration.Read(ini, settings));
        }
        catch (ConfigurationException e)
        {
            return e.Problems;
        }
    }
}
