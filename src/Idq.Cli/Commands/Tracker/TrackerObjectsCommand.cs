using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker objects: large objects and archives of runs and experiments.</summary>
static class TrackerObjectsCommand
{
    static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = "text/csv",
        [".gz"] = "application/gzip",
        [".html"] = "text/html",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".json"] = "application/json",
        [".md"] = "text/markdown",
        [".parquet"] = "application/vnd.apache.parquet",
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".tar"] = StoredObject.Archive,
        [".txt"] = "text/plain",
        [".xml"] = "application/xml",
        [".zip"] = "application/zip",
    };

    public static Command Create()
    {
        var run = new Option<string?>("--run")
        {
            Description = "Of this run: its uid, the beginning of it, or its number",
            HelpName = "RUN",
        };
        var experiment = new Option<string?>("--experiment") { Description = "Of this experiment itself", HelpName = "NAME" };
        var put = new Option<string?>("--put") { Description = "Stores a file", HelpName = "FILE" };
        var archive = new Option<string?>("--put-archive") { Description = "Packs a directory and stores it", HelpName = "DIR" };
        var name = new Option<string?>("--name")
        {
            Description = "The name to store it under; that of the file or directory unless given",
            HelpName = "NAME",
        };
        var media = new Option<string?>("--media-type") { Description = "What a file is; by its ending unless given", HelpName = "TYPE" };
        var include = new Option<string[]>("--include")
        {
            Description = "Only files of a directory that match, such as '**/*.csv'; repeatable",
            HelpName = "GLOB",
            DefaultValueFactory = _ => [],
        };
        var exclude = new Option<string[]>("--exclude")
        {
            Description = "Leaves files of a directory out; repeatable",
            HelpName = "GLOB",
            DefaultValueFactory = _ => [],
        };
        var hidden = new Option<bool>("--hidden") { Description = "Packs what begins with a dot too" };
        var get = new Option<string?>("--get")
        {
            Description = "Writes an object to the file --to, or extracts an archive to the folder --extract-to",
            HelpName = "NAME",
        };
        var to = new Option<string?>("--to") { Description = "The file that --get writes", HelpName = "PATH" };
        var extract = new Option<string?>("--extract-to")
        {
            Description = "The folder that --get extracts an archive to; new or empty",
            HelpName = "DIR",
        };
        var delete = new Option<string?>("--delete") { Description = "Deletes an object", HelpName = "NAME" };
        var command = new Command("objects", "Lists, stores, gives back and deletes large objects and directories of runs and experiments")
        {
            run, experiment, put, archive, name, media, include, exclude, hidden, get, to, extract, delete,
        };
        var store = new StoreArgument(command, hasObjects: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var actions = (string?[])[result.GetValue(put), result.GetValue(archive), result.GetValue(get), result.GetValue(delete)];
                if (actions.Count(a => a is not null) > 1)
                    throw new UsageException("one of --put, --put-archive, --get and --delete at a time");
                if (result.GetValue(run) is not null && result.GetValue(experiment) is not null)
                    throw new UsageException("an object belongs to a run or to an experiment: give --run or --experiment");
                var isList = actions.All(a => a is null);
                if (!isList && result.GetValue(run) is null && result.GetValue(experiment) is null)
                    throw new UsageException("whose object: give --run RUN or --experiment NAME");
                if (result.GetValue(get) is not null && (result.GetValue(to) is null) == (result.GetValue(extract) is null))
                    throw new UsageException("--get needs --to PATH or --extract-to DIR");
                using var signals = new StopSignals(cancellationToken);
                using var opened = isList || result.GetValue(get) is not null ? store.OpenReadOnly(result) : store.OpenExisting(result);
                var format = result.GetValue(GlobalOptions.Output);
                try
                {
                    await Task.Run(() => Act(Owner(opened)), CancellationToken.None);
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(e.Message);
                }
                return ExitCode.Done;

                ObjectOwner? Owner(TrackerStore opened) =>
                    result.GetValue(run) is { } r ? ObjectOwner.Run(ChosenRun.Of(opened, r).Run.Id)
                    : result.GetValue(experiment) is not { } e ? null
                    : ObjectOwner.Experiment(
                        (
                            opened.FindExperiment(e)
                            ?? throw new TrackerException(
                                TrackerFailure.UnknownReference,
                                $"there is no experiment '{e}' in tracker store '{opened.Location}'"
                            )
                        ).Id
                    );

                void Act(ObjectOwner? owner)
                {
                    if (result.GetValue(put) is { } file)
                    {
                        using var content = File.OpenRead(file);
                        var type = result.GetValue(media) ?? MediaTypes.GetValueOrDefault(Path.GetExtension(file), StoredObject.AnyBytes);
                        Write(
                            [
                                opened.PutObject(
                                    owner!.Value,
                                    result.GetValue(name) ?? Path.GetFileName(file),
                                    content,
                                    type,
                                    signals.Stopping
                                ),
                            ],
                            format
                        );
                    }
                    else if (result.GetValue(archive) is { } directory)
                    {
                        var filter = new ArchiveFilter
                        {
                            Include = result.GetValue(include)!,
                            Exclude = result.GetValue(exclude)!,
                            IncludeHidden = result.GetValue(hidden),
                        };
                        Write(
                            [
                                opened.PutArchive(
                                    owner!.Value,
                                    result.GetValue(name) ?? Path.GetFileName(Path.GetFullPath(directory).TrimEnd('/')),
                                    directory,
                                    filter,
                                    signals.Stopping
                                ),
                            ],
                            format
                        );
                    }
                    else if (result.GetValue(get) is { } wanted)
                    {
                        var stored = opened.FindObject(owner!.Value, wanted) ?? throw Unknown(wanted);
                        if (result.GetValue(extract) is { } folder)
                            opened.ExtractArchive(stored, folder, signals.Stopping);
                        else
                            opened.SaveObject(stored, result.GetValue(to)!, signals.Stopping);
                        Write([stored], format);
                    }
                    else if (result.GetValue(delete) is { } unwanted)
                    {
                        var stored = opened.FindObject(owner!.Value, unwanted) ?? throw Unknown(unwanted);
                        opened.DeleteObject(owner.Value, unwanted);
                        Write([stored], format);
                    }
                    else
                    {
                        Write(opened.ListObjects(owner), format);
                    }
                }

                TrackerException Unknown(string wanted) =>
                    new(TrackerFailure.UnknownReference, $"there is no object '{wanted}' there: 'stream tracker objects' lists them");
            }
        );
        return command.WithExamples(
            "stream tracker objects --store sqlite:tracker.sqlite --run 8089916f",
            "stream tracker objects --store sqlite:tracker.sqlite --run 12 --put model.onnx",
            "stream tracker objects --store sqlite:tracker.sqlite --experiment o4 --put-archive config --exclude '**/*.bak'",
            "stream tracker objects --store sqlite:tracker.sqlite --experiment o4 --get config --extract-to /tmp/config");
    }

    static void Write(IReadOnlyList<StoredObject> objects, OutputFormat format)
    {
        var table = new Table("experiment", "run", "name", "media_type", "bytes", "sha256", "created");
        foreach (var o in objects)
            table.Add(o.Experiment, o.RunUid, o.Name, o.MediaType, o.Bytes, o.Sha256, TrackerCommand.Text(o.Created));
        table.Write(Console.Out, format);
    }
}
