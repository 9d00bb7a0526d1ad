using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream products: the ledger.</summary>
static class ProductsCommand
{
    public static Command Create()
    {
        var kind = new Option<string?>("--kind") { Description = "Only this kind: model, quiver, map or series", HelpName = "K" };
        kind.AcceptOnlyFromAmong("model", "quiver", "map", "series");
        var nickname = new Option<string?>("--nickname") { Description = "Only this classifier", HelpName = "N" };
        var since = new Option<long?>("--since") { Description = "Only those registered after this sequence number", HelpName = "SEQ" };
        var command = new Command("products", "Lists the ledger of products") { kind, nickname, since };
        var configuration = new ConfigurationArguments(command);
        command.SetAction(result =>
        {
            using var store = TrackerStore.OpenReadOnly(configuration.Load(result).Tracker.Store);
            var products = store.Products(
                new ProductQuery
                {
                    Kind = result.GetValue(kind),
                    Nickname = result.GetValue(nickname),
                    SinceSeq = result.GetValue(since),
                }
            );
            ReportOutput.ProductTable(products).Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream products --ini idq.ini --kind model",
            "stream products --ini idq.ini --since 1200 --output json"
        );
    }
}
