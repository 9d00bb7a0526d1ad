using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Idq.Tracking.Mlflow;

/// <summary>The requests on artifacts: of a run, and through the proxy.</summary>
static class ArtifactCalls
{
    /// <summary>What is in a run's folder of artifacts.</summary>
    public static Answer List(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var path = ArtifactFolder.Safe(call.Fields.Text("path") ?? "");
        (TrackedRun run, var folder) = FolderOf(call, id);
        var prefix =
            folder is null ? ""
            : folder.Length == 0 ? ""
            : $"{folder}/";
        IReadOnlyList<ArtifactFolder.Entry> entries =
            folder is null || call.Room.Artifacts is null ? [] : call.Room.Artifacts.List((prefix + path).TrimEnd('/'));
        return Answer.Json(writer =>
        {
            writer.WriteString("root_uri", run.ArtifactUri);
            WriteFiles(writer, entries, entry => entry.Path[prefix.Length..]);
        });
    }

    /// <summary>A file of a run, as the web page of the reference server asks for it.</summary>
    public static async ValueTask<Answer?> Get(Call call, CancellationToken cancellation)
    {
        var path = ArtifactFolder.Safe(call.Fields.RequiredText("path"));
        (_, var folder) = FolderOf(call, call.Fields.RequiredRunId());
        await SendAsync(
            call,
            folder is null ? throw Refusal.Unknown($"No such artifact: '{path}'") : $"{folder}/{path}",
            path,
            cancellation
        );
        return null;
    }

    /// <summary>The proxy: files below the root of all artifacts. The first part of a path is its experiment's number.</summary>
    public static async ValueTask<Answer?> Proxy(Call call, string raw, CancellationToken cancellation)
    {
        ArtifactFolder files =
            call.Room.Artifacts
            ?? throw new Refusal(RefusalCode.NotImplemented, "This server keeps no artifacts: start it with a folder for them.");
        var method = call.Context.Request.Method;
        var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        if (raw.Length == 0 && reads)
        {
            var folder = ArtifactFolder.Safe(call.Fields.Text("path") ?? "");
            RequirePath(call, folder, Permission.Read);
            return Answer.Json(writer =>
                WriteFiles(writer, files.List(folder), entry => entry.Path[(folder.Length == 0 ? 0 : folder.Length + 1)..])
            );
        }

        var path = ArtifactFolder.Safe(raw);
        if (reads)
        {
            RequirePath(call, path, Permission.Read);
            await SendAsync(call, path, path, cancellation);
            return null;
        }

        if (HttpMethods.IsPut(method))
        {
            RequirePath(call, path, Permission.Edit);
            if (path.Length == 0)
                throw Refusal.Invalid("Invalid path");
            await files.WriteAsync(path, call.Context.Request.Body, call.Limits.ArtifactBytes, cancellation);
            return Answer.Empty;
        }

        if (!HttpMethods.IsDelete(method))
            throw new InvalidOperationException($"The route lets {method} in, which nothing answers");
        RequirePath(call, path, Permission.Manage);
        files.Delete(path);
        return Answer.Empty;
    }

    static void WriteFiles(Utf8JsonWriter writer, IReadOnlyList<ArtifactFolder.Entry> entries, Func<ArtifactFolder.Entry, string> name)
    {
        if (entries.Count == 0)
            return;
        writer.WriteStartArray("files");
        foreach (ArtifactFolder.Entry entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("path", name(entry));
            writer.WriteBoolean("is_dir", entry.IsFolder);
            if (!entry.IsFolder)
                writer.WriteNumber("file_size", entry.Size);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    static (TrackedRun Run, string? Folder) FolderOf(Call call, string id)
    {
        call.RequireRun(id, Permission.Read);
        TrackedRun run = call.Store.FindTrackedRun(id) ?? throw Refusal.UnknownRun(id);
        var uri = run.ArtifactUri ?? $"{ServerRoom.ArtifactScheme}{run.ExperimentId}/{run.Uid}/artifacts";
        // Other places are the client's to reach; this server reads only its own folder.
        if (!uri.StartsWith(ServerRoom.ArtifactScheme, StringComparison.Ordinal))
            return (run, null);
        var folder = ArtifactFolder.Safe(uri[ServerRoom.ArtifactScheme.Length..].TrimStart('/'));
        // An experiment may name the folder of another one as its own.
        RequirePath(call, folder, Permission.Read);
        return (run with { ArtifactUri = uri }, folder);
    }

    static void RequirePath(Call call, string path, Permission permission)
    {
        var first = path.Split('/')[0];
        if (
            long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var experiment)
            && call.Store.FindTrackedExperiment(experiment) is { } found
        )
            call.Require(found, permission);
        else
            call.RequireOtherwise(permission);
    }

    static async Task SendAsync(Call call, string path, string name, CancellationToken cancellation)
    {
        await using FileStream file = call.Room.Artifacts?.OpenRead(path) ?? throw Refusal.Unknown($"No such artifact: '{name}'");
        HttpResponse response = call.Context.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = file.Length;
        // Never shown by a browser as a page of this server.
        response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(Path.GetFileName(name))}";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(call.Context.Request.Method))
            await file.CopyToAsync(response.Body, cancellation);
    }
}
