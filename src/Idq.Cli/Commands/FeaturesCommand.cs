using System.CommandLine;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class FeaturesCommand
{
    public static Command Create()
    {
        var command = new Command("features", "Ranks single features by how well they separate glitches from clean times").WithExamples(
            "--ini etc/lockloss.ini",
            "--ini idq.ini --gps-start 1126051217 --gps-end 1126137617 --output csv");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Prints(async (result, cancellationToken) =>
        {
            var (read, segment) = configuration.LoadForData(result, range);
            return Table.Of(
                await FeatureSurvey.RankAsync(read, segment, cancellationToken),
                ("feature", f => f.Name), ("auc", f => Math.Round(f.Auc, 6)), ("present", f => f.Present), ("glitches", f => f.Glitches),
                ("cleans", f => f.Cleans));
        });
    }
}
