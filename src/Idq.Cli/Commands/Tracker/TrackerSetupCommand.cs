using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker setup: makes a store and applies scripts of the user.</summary>
static class TrackerSetupCommand
{
    public static Command Create()
    {
        var scripts = new Argument<string[]>("SCRIPT")
        {
            Description = "Scripts that change the schema, such as v001.sql: each is applied once and known by its name",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Tries the scripts and takes them back; a store that is not there is not made",
        };
        var command = new Command("setup", "Makes a store, or brings it up to date, and applies scripts") { scripts, dryRun };
        var store = new StoreArgument(command);
        command.SetAction(result =>
        {
            var read = Array.ConvertAll(
                result.GetValue(scripts)!,
                path => File.Exists(path) ? MigrationScript.Read(path) : throw new UsageException($"there is no script '{path}'")
            );
            var isDry = result.GetValue(dryRun);
            var table = new Table("name", "status");
            var wasThere = IsThere(store, result);
            table.Add("schema", Status(!wasThere, isDry));
            try
            {
                if (wasThere || !isDry)
                {
                    using var opened = store.Open(result);
                    foreach (var migration in opened.Migrate(read, isDry)) table.Add(migration.Name, Status(migration.IsNew, isDry));
                }
                else
                {
                    foreach (var script in read) table.Add(script.Name, Status(isNew: true, isDry));
                }
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }
            table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "stream tracker setup --store sqlite:tracker.sqlite",
            "stream tracker setup --store postgresql://idq@db.example/tracker?schema=o4 v001.sql v002.sql --dry-run");
    }

    static string Status(bool isNew, bool isDry) => isNew ? isDry ? "would be new" : "new" : "present";

    static bool IsThere(StoreArgument store, ParseResult result)
    {
        try
        {
            store.OpenReadOnly(result).Dispose();
            return true;
        }
        catch (TrackerException e) when (e.Failure is TrackerFailure.Missing or TrackerFailure.OlderSchema)
        {
            return false;
        }
    }
}
