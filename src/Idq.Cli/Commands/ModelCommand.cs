using System.CommandLine;
using Idq.Learning;

namespace Idq.Cli.Commands;

/// <summary>stream model show: what a model learned.</summary>
static class ModelCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A model, as train writes it" };
        var format = new Option<string>("--format") { Description = "table (importance of channels or features), json, or vetolist (OVL's classic columns)", HelpName = "table|json|vetolist", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "vetolist");
        var show = new Command("show", "Prints a model") { file, format };
        show.SetAction(result =>
        {
            var path = result.GetValue(file)!;
            if (!File.Exists(path)) throw new DataException($"there is no model '{path}'");
            var bytes = File.ReadAllBytes(path);
            var model = Read(path, bytes);
            var output = result.GetValue(GlobalOptions.Output);
            switch (result.GetValue(format))
            {
                case "vetolist" when model is OvlModel ovl:
                    ovl.WriteVetolist(Console.Out);
                    break;
                case "vetolist":
                    throw new UsageException($"--format vetolist is for OVL; this model is of flavour {model.Flavor}");
                case "json":
                    Console.Out.Write(System.Text.Encoding.UTF8.GetString(bytes));
                    break;
                default:
                    var details = model.Importance.SelectMany(i => i.Details.Select(d => d.Key)).Distinct(StringComparer.Ordinal).ToArray();
                    var table = new Table(["name", "importance", .. details]);
                    foreach (var i in model.Importance)
                        table.Add([i.Name, i.Value, .. details.Select(d => i.Details.Where(p => p.Key == d).Select(p => (object?)p.Value).FirstOrDefault())]);
                    table.Write(Console.Out, output);
                    break;
            }
            return ExitCode.Done;
        });
        show.WithExamples("stream model show H1-IDQ_MODEL_OVL-1126051217-3600.json", "stream model show model.json --format vetolist");
        return new Command("model", "Looks at models") { show }.WithExamples("stream model show model.json --format table");
    }

    static ClassifierModel Read(string path, byte[] bytes)
    {
        try
        {
            return ModelFile.Read(bytes).Model;
        }
        catch (DataException e)
        {
            throw new DataException($"'{path}': {e.Message}", cause: e);
        }
    }
}
