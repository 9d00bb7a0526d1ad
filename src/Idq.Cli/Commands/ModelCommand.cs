using System.CommandLine;
using System.Text.Json;
using Idq.Data;
using Idq.Learning;

namespace Idq.Cli.Commands;

static class ModelCommand
{
    public static Command Create() => new Command("model", "Looks at models") { Show() }.WithExamples("show model.json --format table");

    static Command Show()
    {
        var command = new Command("show", "Prints a model").WithExamples(
            "H1-IDQ_MODEL_OVL-1126051217-3600.json",
            "model.json --format vetolist");
        var file = command.AddWord("FILE", "A model, as train writes it");
        var format = command.AddChoice(
            "--format",
            "table|json|vetolist",
            "table (importance of channels or features; with --output json, after the model), json (the file as it is), "
            + "or vetolist (OVL's classic columns)");
        return command.Does(result =>
        {
            var path = result.Get(file);
            FileKinds.RequireFile(path);
            if (!File.Exists(path)) throw new DataException($"there is no model '{path}'");
            var model = ModelFile.Load(path).Model;
            switch (result.Get(format) ?? (result.Format == OutputFormat.Json ? "document" : "table"))
            {
                case "vetolist" when model is OvlModel ovl: ovl.WriteVetolist(Console.Out); break;
                case "vetolist": throw new UsageException($"--format vetolist is for OVL; this model is of flavour {model.Flavor}");
                case "json": Console.Out.Write(File.ReadAllText(path)); break;
                case "document": PrintDocument(path, model); break;
                default: Importance(model).Print(result.Format); break;
            }
        });
    }

    // The file's members as they are, and the importance of channels or features after them.
    static void PrintDocument(string path, ClassifierModel model)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonOutput.Print(new Members([
            .. document.RootElement.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, (object?)m.Value)),
            new("importance", model.Importance.Select(i => new Members([
                new("name", i.Name),
                new("importance", i.Value),
                .. i.Details.Select(d => KeyValuePair.Create(d.Key, (object?)d.Value)),
            ]))),
        ]));
    }

    static Table Importance(ClassifierModel model)
    {
        var details = model.Importance.SelectMany(i => i.Details.Select(d => d.Key)).Distinct(StringComparer.Ordinal);
        return Table.Of(
            model.Importance,
            [
                ("name", i => i.Name), ("importance", i => i.Value),
                .. details.Select(d => (d, Detail(d))),
            ]);

        static Func<FeatureImportance, object?> Detail(string name) =>
            i => i.Details.Where(d => d.Key == name).Select(d => (object?)d.Value).FirstOrDefault();
    }
}
