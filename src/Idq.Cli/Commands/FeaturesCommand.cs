using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

/// <summary>stream features: how well every single feature separates the samples of a range.</summary>
static class FeaturesCommand
{
    public static Command Create()
    {
        var command = new Command("features", "Ranks single features by how well they separate glitches from clean times");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var read = configuration.LoadForData(result);
                var segment = range.Finite(result, read, ConfiguredLeapSeconds.Of(read));
                var table = new Table("feature", "auc", "present", "glitches", "cleans");
                foreach (var f in await FeatureSurvey.RankAsync(read, segment, cancellationToken))
                    table.Add(f.Name, Math.Round(f.Auc, 6), f.Present, f.Glitches, f.Cleans);
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                return ExitCode.Done;
            }
        );
        return command.WithExamples(
            "stream features --ini etc/lockloss.ini",
            "stream features --ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --output csv"
        );
    }
}
