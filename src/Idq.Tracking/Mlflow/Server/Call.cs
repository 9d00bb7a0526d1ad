using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Idq.Tracking.Mlflow;

/// <summary>What all requests of one server share.</summary>
sealed record ServerRoom(
    TrackerStore Store,
    MlflowServerOptions Options,
    ServerStatistics Statistics,
    LiveHub Live,
    ArtifactFolder? Artifacts,
    BodyMemory Bodies,
    CancellationToken Stopping
)
{
    /// <summary>Where the artifacts of experiments without a place of their own go.</summary>
    public const string ArtifactScheme = "mlflow-artifacts:/";

    /// <summary>Where an experiment keeps the artifacts of its runs.</summary>
    public static string ArtifactLocation(TrackedExperiment experiment) =>
        experiment.ArtifactLocation ?? $"{ArtifactScheme}{experiment.Id}";

    /// <summary>Where a run keeps its artifacts.</summary>
    public static string ArtifactUri(string uid, TrackedExperiment experiment) =>
        $"{ArtifactLocation(experiment).TrimEnd('/')}/{uid}/artifacts";
}

/// <summary>One request: its parameters, who asks, and what that one may do.</summary>
sealed class Call(HttpContext context, ServerRoom room, RequestFields fields, AccessList.User? user)
{
    public HttpContext Context => context;

    public ServerRoom Room => room;

    public TrackerStore Store => room.Store;

    public ServerLimits Limits => room.Options.Limits;

    public RequestFields Fields => fields;

    public string? UserName => user?.Name;

    public bool ClampInfinity => room.Options.ClampInfinity;

    /// <summary>The number of an experiment as clients send it: a text.</summary>
    public static long ExperimentId(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw Refusal.Invalid($"Invalid experiment ID '{text}'. Experiment ID must be a valid integer.");

    /// <summary>Refuses unless the asker may do this with an experiment. One that there is not is left to the work itself.</summary>
    public void RequireExperiment(long id, Permission permission)
    {
        if (room.Options.Access is not null && Store.FindTrackedExperiment(id) is { } experiment)
            Require(experiment, permission);
    }

    /// <summary>
    /// Refuses unless the asker may do this with the experiment of a run. A run that there is not is left to the work itself.
    /// </summary>
    public void RequireRun(string uid, Permission permission)
    {
        if (room.Options.Access is not null && Store.ExperimentOfRun(uid) is { } experiment)
            RequireExperiment(experiment, permission);
    }

    /// <summary>Refuses unless the asker may do this with an experiment.</summary>
    public void Require(TrackedExperiment experiment, Permission permission)
    {
        if (!May(experiment, permission))
            throw new Refusal(RefusalCode.PermissionDenied, "Permission denied");
    }

    /// <summary>Refuses unless the asker may do this with what belongs to no experiment.</summary>
    public void RequireOtherwise(Permission permission)
    {
        if (room.Options.Access is { } access && access.Otherwise(user!) < permission)
            throw new Refusal(RefusalCode.PermissionDenied, "Permission denied");
    }

    /// <summary>True when the asker may do this with an experiment.</summary>
    public bool May(TrackedExperiment experiment, Permission permission) =>
        room.Options.Access is not { } access || access.Of(user!, experiment) >= permission;

    /// <summary>True when some experiments may be hidden from the asker.</summary>
    public bool IsRestricted => room.Options.Access is not null && user is { IsAdmin: false };

    /// <summary>Which experiments or runs are asked for.</summary>
    public TrackedView View(string name)
    {
        if (!fields.Has(name))
            return TrackedView.Active;
        var text = fields.TextOrNumber(name);
        return text switch
        {
            "ACTIVE_ONLY" or "1" => TrackedView.Active,
            "DELETED_ONLY" or "2" => TrackedView.Deleted,
            "ALL" or "3" => TrackedView.All,
            _ => throw Refusal.BadValue(name, text ?? "", "It must be one of ACTIVE_ONLY, DELETED_ONLY and ALL"),
        };
    }
}

/// <summary>What is sent back.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="ContentType">Their type.</param>
readonly record struct Answer(ReadOnlyMemory<byte> Body, string ContentType = "application/json")
{
    /// <summary>Nothing to tell.</summary>
    public static Answer Empty { get; } = new("{}"u8.ToArray());

    /// <summary>A JSON object with these members.</summary>
    public static Answer Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, AnswerText.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new Answer(buffer.WrittenMemory);
    }

    /// <summary>A plain text.</summary>
    public static Answer Text(string text, string contentType = "text/plain; charset=utf-8") =>
        new(System.Text.Encoding.UTF8.GetBytes(text), contentType);
}
