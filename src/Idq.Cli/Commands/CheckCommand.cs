using System.CommandLine;

namespace Idq.Cli.Commands;

static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Finds every problem of a configuration at once; writes nothing").WithExamples(
            "--ini idq.ini",
            "--ini idq.ini --output json --set \"train stream:stride=32\"");
        var configuration = new ConfigurationArguments(command);
        return command.Does((result, _) =>
        {
            var problems = configuration.Problems(result);
            var errors = problems.Count(p => p.Severity == Severity.Error);
            if (result.Format == OutputFormat.Text)
            {
                foreach (var p in problems) Console.Out.WriteLine($"{ConfigurationArguments.Name(p.Severity)}: {p}");
                Console.Out.WriteLine(problems.Count == 0 ? "no problems" : $"{errors} errors, {problems.Count - errors} warnings");
            }
            else
            {
                var table = Table.Of(
                    problems,
                    ("severity", p => ConfigurationArguments.Name(p.Severity)), ("file", p => p.File), ("section", p => p.Section),
                    ("key", p => p.Key), ("line", p => p.Line), ("message", p => p.Message), ("suggestion", p => p.Suggestion));
                if (result.Format == OutputFormat.Csv) table.Print(OutputFormat.Csv);
                else JsonOutput.Print(new Members { ["problems"] = table });
            }
            return Task.FromResult(errors > 0 ? ExitCode.Usage : ExitCode.Done);
        });
    }
}
