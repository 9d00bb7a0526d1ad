using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class ProductsCommand
{
    public static Command Create()
    {
        var command = new Command("products", "Lists the ledger of products").WithExamples(
            "--ini idq.ini --kind model",
            "--ini idq.ini --since 1200 --output json");
        var kind = command.AddChoice("--kind", "model|quiver|map|series", "Only this kind");
        var nickname = command.AddText("--nickname", "N", "Only this classifier");
        var since = command.AddValue<long?>("--since", "SEQ", "Only those registered after this sequence number");
        var configuration = new ConfigurationArguments(command);
        return command.Prints(result =>
        {
            using var store = TrackerStore.OpenReadOnly(configuration.Load(result).Tracker.Store);
            return ReportOutput.ProductTable(store.Products(new ProductQuery
            {
                Kind = result.Get(kind),
                Nickname = result.Get(nickname),
                SinceSeq = result.Get(since) ?? 0,
            }));
        });
    }
}
