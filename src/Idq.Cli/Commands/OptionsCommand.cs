using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream options: every option of the configuration, from its declaration.</summary>
static class OptionsCommand
{
    public static Command Create()
    {
        var format = new Option<string>("--format")
        {
            Description = "table, ini (an annotated example) or markdown (the reference page)",
            HelpName = "table|ini|markdown",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "ini", "markdown");
        var command = new Command("options", "Lists every option of the configuration with default, unit and meaning") { format };
        command.SetAction(result =>
        {
            var sections = ConfigurationReference.Sections();
            switch (result.GetValue(format))
            {
                case "ini": Console.Out.Write(ConfigurationReference.Ini(sections)); break;
                case "markdown": Console.Out.Write(ConfigurationReference.Markdown(sections)); break;
                default:
                    var table = new Table("section", "key", "default", "unit", "expected", "meaning");
                    foreach (var o in sections.SelectMany(s => s.Options))
                        table.Add(o.Section, o.Key, o.Default, o.Unit, o.Expected, o.Meaning);
                    table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                    break;
            }
            return ExitCode.Done;
        });
        return command.WithExamples("stream options", "stream options --format ini > idq.ini");
    }
}
