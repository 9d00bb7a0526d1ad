using System.CommandLine;
using Idq.Tracking.Mlflow;

namespace Idq.Cli.Commands;

static class TrackerSpoolCommand
{
    const string Meaning = "rootdir/.TAG.mlflow/JOBS of a configuration with [tracker] uri";

    public static Command Create()
    {
        var command = new Command("spool", "Lists what waits on disk for an MLflow server, and what it refused").WithExamples(
            "out/.idq.mlflow/train", "out/.idq.mlflow/train --retry-refused");
        var folder = command.AddWord("dir", "The folder: " + Meaning);
        var retry = command.AddFlag(
            "--retry-refused", "Puts what the server refused back among what waits; the next call of the jobs sends it");
        return command.Prints(result =>
        {
            var path = result.Get(folder);
            if (!File.Exists(Path.Combine(path, "owner")))
                throw new DataException($"'{path}' is not the folder of a spool: it is {Meaning}");
            try
            {
                if (result.Get(retry)) Console.Error.WriteLine($"{OfflineSpool.RetryRefused(path)} operations wait again");
            }
            catch (InvalidOperationException e)
            {
                throw new DataException(
                    $"{e.Message}; a running job sends what waits by itself: stop it to have refused operations sent too", cause: e);
            }
            var contents = OfflineSpool.Inspect(path);
            var table = new Table("status", "run", "operations", "reason");
            foreach (var run in contents.Waiting) table.Add("waiting", run.Run, run.Operations, null);
            foreach (var same in contents.Refused.GroupBy(refusal => refusal))
                table.Add("refused", same.Key.Run, same.Count(), same.Key.Reason);
            return table;
        });
    }
}
