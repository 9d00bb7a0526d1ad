using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class TrackerObjectsCommand
{
    public static Command Create()
    {
        var command = new Command("objects", "Lists, stores, gives back and deletes large objects and directories of runs and experiments")
            .WithExamples("--store sqlite:tracker.sqlite --run 8089916f", "--store sqlite:tracker.sqlite --run 12 --put model.onnx",
                "--store sqlite:tracker.sqlite --experiment o4 --put-archive config --exclude '**/*.bak'",
                "--store sqlite:tracker.sqlite --experiment o4 --get config --extract-to /tmp/config");
        var run = command.AddText("--run", "RUN", "Of this run: " + Chosen.RunMeaning);
        var experiment = command.AddText("--experiment", "NAME", "Of this experiment itself");
        var put = command.AddText("--put", "FILE", "Stores a file");
        var archive = command.AddText("--put-archive", "DIR", "Packs a directory and stores it");
        var name = command.AddText("--name", "NAME", "The name to store it under; that of the file or directory unless given");
        var media = command.AddText("--media-type", "TYPE", "What a file is; by its ending unless given");
        var include = command.AddList("--include", "GLOB", "Only files of a directory that match, such as '**/*.csv'");
        var exclude = command.AddList("--exclude", "GLOB", "Leaves files of a directory out");
        var hidden = command.AddFlag("--hidden", "Packs what begins with a dot too");
        var get = command.AddText("--get", "NAME", "Writes an object to the file --to, or extracts an archive to the folder --extract-to");
        var to = command.AddText("--to", "PATH", "The file that --get writes");
        var extract = command.AddText("--extract-to", "DIR", "The folder that --get extracts an archive to; new or empty");
        var delete = command.AddText("--delete", "NAME", "Deletes an object");
        var store = new StoreArgument(command, hasObjects: true);
        return command.PrintsLater((result, stopping) =>
        {
            string? Of(Option<string?> option) => result.Get(option);
            var actions = new[] { put, archive, get, delete }.Count(a => Of(a) is not null);
            if (actions > 1) throw new UsageException("one of --put, --put-archive, --get and --delete at a time");
            if (Of(run) is not null && Of(experiment) is not null)
                throw new UsageException("an object belongs to a run or to an experiment: give --run or --experiment");
            if (actions > 0 && (Of(run) ?? Of(experiment)) is null)
                throw new UsageException("whose object: give --run RUN or --experiment NAME");
            if (Of(get) is not null && (Of(to) is null) == (Of(extract) is null))
                throw new UsageException("--get needs --to PATH or --extract-to DIR");
            using var opened = actions == 0 || Of(get) is not null ? store.OpenReadOnly(result) : store.OpenExisting(result);
            return Table.Of(UsageException.Of(Act),
                ("experiment", o => o.Experiment), ("run", o => o.RunUid), ("name", o => o.Name), ("media_type", o => o.MediaType),
                ("bytes", o => o.Bytes), ("sha256", o => o.Sha256), ("created", o => TrackerValues.Text(o.Created)));

            // Does what is asked for; the objects that it was done to.
            IReadOnlyList<StoredObject> Act()
            {
                ObjectOwner? whose = Of(run) is { } r ? ObjectOwner.Run(Chosen.Run(opened, r).Run.Id)
                    : Of(experiment) is { } e ? ObjectOwner.Experiment(Chosen.Experiment(opened, e).Id)
                    : null;
                if (actions == 0) return opened.ListObjects(whose);
                var owner = whose!.Value;
                if (Of(put) is { } file)
                {
                    using var content = File.OpenRead(file);
                    var type = Of(media) ?? StoredObject.MediaTypeOf(file);
                    return [opened.PutObject(owner, Of(name) ?? Path.GetFileName(file), content, type, stopping)];
                }
                if (Of(archive) is { } directory)
                {
                    var filter = new ArchiveFilter
                    {
                        Include = result.Get(include),
                        Exclude = result.Get(exclude),
                        IncludeHidden = result.Get(hidden),
                    };
                    var packed = Of(name) ?? Path.GetFileName(Path.GetFullPath(directory).TrimEnd('/'));
                    return [opened.PutArchive(owner, packed, directory, filter, stopping)];
                }
                var wanted = (Of(get) ?? Of(delete))!;
                var stored = opened.FindObject(owner, wanted)
                    ?? throw Chosen.Unknown($"there is no object '{wanted}' there: 'stream tracker objects' lists them");
                if (Of(delete) is not null) opened.DeleteObject(owner, wanted);
                else if (Of(extract) is { } folder) opened.ExtractArchive(stored, folder, stopping);
                else opened.SaveObject(stored, Of(to)!, stopping);
                return [stored];
            }
        });
    }
}
