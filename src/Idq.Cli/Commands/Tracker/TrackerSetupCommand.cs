using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerSetupCommand
{
    public static Command Create()
    {
        var command = new Command("setup", "Makes a store, or brings it up to date, and applies scripts").WithExamples(
            "--store sqlite:tracker.sqlite", "--store postgresql://idq@db.example/tracker?schema=o4 v001.sql v002.sql --dry-run");
        var scripts = command.AddWords(
            "SCRIPT", "Scripts that change the schema, such as v001.sql: each is applied once and known by its name", []);
        var dryRun = command.AddFlag("--dry-run", "Tries the scripts and takes them back; a store that is not there is not made");
        var store = new StoreArgument(command);
        return command.Prints(result =>
        {
            var read = Array.ConvertAll(result.Get(scripts),
                path => File.Exists(path) ? MigrationScript.Read(path) : throw new UsageException($"there is no script '{path}'"));
            var isDry = result.Get(dryRun);
            var wasThere = IsThere(store, result);
            (string Name, bool IsNew) schema = ("schema", !wasThere);
            var steps = UsageException.Of(() =>
            {
                if (!wasThere && isDry) return read.Select(script => (script.Name, IsNew: true)).ToArray();
                using var opened = store.Open(result);
                return opened.Migrate(read, isDry).Select(migration => (migration.Name, migration.IsNew)).ToArray();
            });
            return Table.Of(steps.Prepend(schema),
                ("name", s => s.Name), ("status", s => !s.IsNew ? "present" : isDry ? "would be new" : "new"));
        });
    }

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
