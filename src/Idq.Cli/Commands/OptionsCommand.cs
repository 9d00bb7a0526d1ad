using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class OptionsCommand
{
    public static Command Create()
    {
        var command = new Command("options", "Lists every option of the configuration with default, unit and meaning")
            .WithExamples("", "--format ini > idq.ini");
        var format = command.AddChoice(
            "--format", "table|ini|markdown", "table, ini (an annotated example) or markdown (the reference page)", "table");
        return command.Does(result =>
        {
            var sections = ConfigurationReference.Sections();
            switch (result.Get(format))
            {
                case "ini": Console.Out.Write(ConfigurationReference.Ini(sections)); break;
                case "markdown": Console.Out.Write(ConfigurationReference.Markdown(sections)); break;
                default:
                    Table.Of(
                        sections.SelectMany(s => s.Options),
                        ("section", o => o.Section), ("key", o => o.Key), ("default", o => o.Default), ("unit", o => o.Unit),
                        ("expected", o => o.Expected),
                        ("meaning", o => o.Meaning)).Print(result.Format);
                    break;
            }
        });
    }
}
