using System.Text.Json.Nodes;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>Replaces a document of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="document">Which of them.</param>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void SetDocument(long runId, RunDocument document, string json)
    {
        var kept = Json.RequireObject(json, nameof(json));
        EditDocument("run", runId, Column(document), _ => kept);
    }

    /// <summary>Sets members of a document of a run; the others stay.</summary>
    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void AddToDocument(long runId, RunDocument document, string json)
    {
        _ = Json.RequireObject(json, nameof(json));
        EditDocument("run", runId, Column(document), old => Merged(old, json));
    }

    /// <summary>Removes members of a document of a run; those that are not there are no error.</summary>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public void RemoveFromDocument(long runId, RunDocument document, params IReadOnlyList<string> names) =>
        EditDocument("run", runId, Column(document), old => Without(old, names));

    /// <summary>Sets tags of an experiment; the others stay.</summary>
    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    /// <exception cref="TrackerException">There is no such experiment.</exception>
    public void AddExperimentTags(long experimentId, string json)
    {
        _ = Json.RequireObject(json, nameof(json));
        EditDocument("experiment", experimentId, "tags", old => Merged(old, json));
    }

    /// <summary>Removes tags of an experiment; those that are not there are no error.</summary>
    /// <exception cref="TrackerException">There is no such experiment.</exception>
    public void RemoveExperimentTags(long experimentId, params IReadOnlyList<string> names) =>
        EditDocument("experiment", experimentId, "tags", old => Without(old, names));

    /// <summary>Any document of a run.</summary>
    /// <exception cref="TrackerException">There is no such run.</exception>
    public string Document(long runId, RunDocument document) =>
        database.Read(connection =>
            connection.Rows($"SELECT {Column(document)} FROM runs WHERE id = @id", reader => reader.Json(0), ("@id", runId)) is [var json]
                ? json
                : throw NoRun(runId)
        );

    static string Column(RunDocument document) => document switch
    {
        RunDocument.Tags => "tags",
        RunDocument.Args => "args",
        RunDocument.Env => "env",
        RunDocument.Extras => "extras",
        _ => throw new ArgumentOutOfRangeException(nameof(document), document, "unknown document"),
    };

    // Whoever writes has the lock, so that what was read is still there when it is written.
    void EditDocument(string subject, long id, string column, Func<string, string> edit) =>
        database.Write(
            Durability.ProcessDeath,
            connection =>
            {
                if (
                    connection.Rows($"SELECT {column} FROM {subject}s WHERE id = @id", reader => reader.Json(0), ("@id", id))
                    is not [var old]
                )
                    throw new TrackerException(
                        TrackerFailure.UnknownReference,
                        $"there is no {subject} {id} in tracker store '{Location}'"
                    );
                return connection.Execute(
                    $"UPDATE {subject}s SET {column} = @json, time_updated = @now WHERE id = @id",
                    ("@json", edit(old)),
                    ("@now", Now()),
                    ("@id", id)
                );
            }
        );

    static string Merged(string old, string members)
    {
        var merged = JsonNode.Parse(old)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject()) merged[name] = value?.DeepClone();
        return Json.Kept(merged.ToJsonString());
    }

    static string Without(string old, IReadOnlyList<string> names)
    {
        var rest = JsonNode.Parse(old)!.AsObject();
        foreach (var name in names) rest.Remove(name);
        return Json.Kept(rest.ToJsonString());
    }

    TrackerException NoRun(long runId) => new(TrackerFailure.UnknownReference, $"there is no run {runId} in tracker store '{Location}'");
}
