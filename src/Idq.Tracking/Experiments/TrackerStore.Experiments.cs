using System.Data.Common;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string ExperimentColumns = "id, name, time_created, comment, tags";

    /// <summary>
    /// The experiment of this name, made when absent; of several that make it at once one succeeds and all get the same. Comment and
    /// tags are those of its making: they do not change one that is there.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or the tags are not a JSON object.</exception>
    public Experiment GetOrCreateExperiment(string name, string? comment = null, string tags = "{}")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        tags = Json.RequireObject(tags, nameof(tags));
        return FindExperiment(name) ?? database.Write(Durability.ProcessDeath, connection =>
        {
            connection.Execute(
                "INSERT INTO experiments (name, time_created, time_updated, comment, tags) VALUES (@name, @now, @now, @comment, @tags) "
                + "ON CONFLICT (name) DO NOTHING",
                ("@name", name),
                ("@now", Now()),
                ("@comment", comment),
                ("@tags", tags));
            return FindExperiment(connection, name)!;
        });
    }

    /// <summary>The experiment of this number, name, or both; made when absent and a name is given.</summary>
    /// <exception cref="ArgumentException">Neither is given.</exception>
    /// <exception cref="TrackerException">Number and name are those of two experiments, or there is none of this number.</exception>
    public Experiment OpenExperiment(long? id, string? name, string? comment = null, string tags = "{}")
    {
        if (id is null && name is null)
            throw new ArgumentException("an experiment is named by its number or its name", nameof(name));
        if (id is null)
            return GetOrCreateExperiment(name!, comment, tags);
        var found =
            FindExperiment(id.Value)
            ?? throw new TrackerException(TrackerFailure.UnknownReference, $"there is no experiment {id} in tracker store '{Location}'");
        if (name is null || found.Name == name)
            return found;
        throw new TrackerException(
            TrackerFailure.Conflict,
            FindExperiment(name) is { } other
                ? $"experiment {found.Id} \"{found.Name}\" conflicts with experiment {other.Id} \"{other.Name}\""
                : $"experiment {found.Id} is \"{found.Name}\", not \"{name}\""
        );
    }

    /// <summary>The experiment of this number, or null.</summary>
    public Experiment? FindExperiment(long id) => database.Read(connection => connection
        .Rows($"SELECT {ExperimentColumns} FROM experiments WHERE id = @id", ReadExperiment, ("@id", id)).FirstOrDefault());

    /// <summary>The experiment of this name, or null.</summary>
    public Experiment? FindExperiment(string name) => database.Read(connection => FindExperiment(connection, name));

    /// <summary>Every experiment, in the order in which they were made.</summary>
    public IReadOnlyList<Experiment> Experiments() => database.Read(connection => connection
        .Rows($"SELECT {ExperimentColumns} FROM experiments ORDER BY id", ReadExperiment));

    /// <summary>Links two experiments; linking them again changes nothing.</summary>
    /// <exception cref="TrackerException">One of them does not exist.</exception>
    public void LinkExperiments(long fromId, string kind, long toId) => AddLink("experiment", fromId, kind, toId);

    /// <summary>Removes a link between experiments; true when it was there.</summary>
    public bool UnlinkExperiments(long fromId, string kind, long toId) => RemoveLink("experiment", fromId, kind, toId);

    /// <summary>Every link from or to this experiment.</summary>
    public IReadOnlyList<Link> ExperimentLinks(long experimentId) => Links("experiment", experimentId);

    static Experiment? FindExperiment(StoreConnection connection, string name) => connection
        .Rows($"SELECT {ExperimentColumns} FROM experiments WHERE name = @name", ReadExperiment, ("@name", name)).FirstOrDefault();

    static Experiment ReadExperiment(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.Time(2), reader.TextOrNull(3), reader.Json(4));

    // The subject is "experiment" or "run": the two link tables have one shape.
    void AddLink(string subject, long fromId, string kind, long toId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        database.Write(
            Durability.ProcessDeath,
            connection =>
            {
                foreach (var id in (ReadOnlySpan<long>)[fromId, toId])
                {
                    if (connection.Number($"SELECT 1 FROM {subject}s WHERE id = @id", ("@id", id)) is null)
                        throw new TrackerException(
                            TrackerFailure.UnknownReference,
                            $"there is no {subject} {id} in tracker store '{Location}'"
                        );
                }

                return connection.Execute(
                    $"INSERT INTO {subject}_links (from_id, kind, to_id) VALUES (@from, @kind, @to) "
                        + "ON CONFLICT (from_id, kind, to_id) DO NOTHING",
                    ("@from", fromId),
                    ("@kind", kind),
                    ("@to", toId)
                );
            }
        );
    }

    bool RemoveLink(string subject, long fromId, string kind, long toId) => database.Write(Durability.ProcessDeath, connection =>
        connection.Execute(
            $"DELETE FROM {subject}_links WHERE from_id = @from AND kind = @kind AND to_id = @to",
            ("@from", fromId),
            ("@kind", kind),
            ("@to", toId)) > 0);

    IReadOnlyList<Link> Links(string subject, long id) => database.Read(connection => connection.Rows(
        $"SELECT from_id, kind, to_id FROM {subject}_links WHERE from_id = @id OR to_id = @id ORDER BY from_id, kind, to_id",
        reader => new Link(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)),
        ("@id", id)));
}
