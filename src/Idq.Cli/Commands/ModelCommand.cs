using System.CommandLine;
using System.Text.Json;
using Idq.Learning;

namespace Idq.Cli.Commands;

/// <summary>stream model show: what a model learned.</summary>
static class ModelCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A model, as train writes it" };
        var format = new Option<string?>("--format")
        {
            Description =
                "table (importance of channels or features; with --output json, after the model), json (the file as it is), or vetolist (OVL's classic columns)",
            HelpName = "table|json|vetolist",
        };
        format.AcceptOnlyFromAmong("table", "json", "vetolist");
        var show = new Command("show", "Prints a model") { file, format };
        show.SetAction(result =>
        {
            var path = result.GetValue(file)!;
            if (!File.Exists(path)) throw new DataException($"there is no model '{path}'");
            var model = ModelFile.Load(path).Model;
            var output = result.GetValue(GlobalOptions.Output);
            switch (result.GetValue(format) ?? (output == OutputFormat.Json ? "document" : "table"))
            {
                case "vetolist" when model is OvlModel ovl:
                    ovl.WriteVetolist(Console.Out);
                    break;
                case "vetolist":
                    throw new UsageException($"--format vetolist is for OVL; this model is of flavour {model.Flavor}");
                case "json":
                    Console.Out.Write(File.ReadAllText(path));
                    break;
                case "document":
                    WriteDocument(path, model);
                    break;
                default:
                    WriteTable(model, output);
                    break;
            }
            return ExitCode.Done;
        });
        show.WithExamples("stream model show H1-IDQ_MODEL_OVL-1126051217-3600.json", "stream model show model.json --format vetolist");
        return new Command("model", "Looks at models") { show }.WithExamples("stream model show model.json --format table");
    }

    // The file's members as they are, and the importance of channels or features after them.
    static void WriteDocument(string path, ClassifierModel model)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonOutput.Write(Console.Out, json =>
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject()) member.WriteTo(json);
            json.WriteStartArray("importance");
            foreach (var importance in model.Importance)
            {
                json.WriteStartObject();
                json.WriteString("name", importance.Name);
                json.Number("importance", importance.Value);
                foreach (var (name, value) in importance.Details) json.Number(name, value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static void WriteTable(ClassifierModel model, OutputFormat output)
    {
        var details = model.Importance.SelectMany(i => i.Details.Select(d => d.Key)).Distinct(StringComparer.Ordinal).ToArray();
        var table = new Table(["name", "importance", .. details]);
        foreach (var i in model.Importance)
            table.Add([
                i.Name,
                i.Value,
                .. details.Select(d => i.Details.Where(p => p.Key == d).Select(p => (object?)p.Value).FirstOrDefault()),
            ]);
        table.Write(Console.Out, output);
    }
}
