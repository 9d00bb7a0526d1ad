using System.CommandLine;
using Idq.Data.Frames;

namespace Idq.Cli.Commands;

static class FrameCheckCommand
{
    public static Command Create()
    {
        var command = new Command("check",
            "Verifies frame files: sizes, class dictionary, samples, pointers, table of contents and checksums; exit code 1 with problems")
            .WithExamples("H-H1_IDQ_OVL-1126259446-1.gwf", "*.gwf --output json");
        var files = command.AddWords("FILE", "Frame files");
        return command.Does((result, _) =>
        {
            var problems = result.Get(files).SelectMany(f => FrameCheck.Problems(f).Select(m => (File: f, Message: m))).ToArray();
            var table = Table.Of(problems, ("file", p => p.File), ("message", p => p.Message));
            switch (result.Format)
            {
                case OutputFormat.Json: JsonOutput.Print(new Members { ["problems"] = table }); break;
                case OutputFormat.Csv: table.Print(OutputFormat.Csv); break;
                default:
                    foreach (var (file, message) in problems)
                        Console.Out.WriteLine(message.Contains(file, StringComparison.Ordinal) ? message : $"{file}: {message}");
                    Console.Out.WriteLine(problems.Length == 0 ? "no problems" : $"problems: {problems.Length}");
                    break;
            }
            return Task.FromResult(problems.Length > 0 ? ExitCode.Failed : ExitCode.Done);
        });
    }
}
