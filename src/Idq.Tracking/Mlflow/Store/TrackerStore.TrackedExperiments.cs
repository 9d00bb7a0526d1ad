using System.Data.Common;
using System.Globalization;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    const string TrackedExperimentColumns =
        "e.id, e.name, e.artifact_location, e.lifecycle, e.time_created, e.time_updated, e.tags, e.extras";

    const string OwnerMember = "owner";

    /// <summary>Makes the experiment with the number 0, which clients use when they name none; changes nothing when it is there.</summary>
    internal void EnsureDefaultExperiment()
    {
        if (database.Read(connection => connection.Number("SELECT 1 FROM experiments WHERE id = 0")) is not null)
            return;
        database.Write(
            Durability.PowerLoss,
            connection =>
                connection.Execute(
                    "INSERT INTO experiments (id, name, time_created, time_updated) VALUES (0, 'Default', @now, @now) "
                        + "ON CONFLICT DO NOTHING",
                    ("@now", Now())
                )
        );
    }

    /// <summary>Makes an experiment; gives its number.</summary>
    /// <exception cref="Refusal">The name is taken, also by a deleted experiment.</exception>
    internal long CreateTrackedExperiment(
        string name,
        string? artifactLocation,
        IReadOnlyList<KeyValuePair<string, string>> tags,
        string? owner
    ) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
                connection.Number(
                    "INSERT INTO experiments (name, time_created, time_updated, tags, extras, artifact_location) "
                        + "VALUES (@name, @now, @now, @tags, @extras, @location) ON CONFLICT (name) DO NOTHING RETURNING id",
                    ("@name", name),
                    ("@now", Now()),
                    ("@tags", TextPairs.Merge("{}", tags)),
                    ("@extras", owner is null ? "{}" : TextPairs.Merge("{}", [new(OwnerMember, owner)])),
                    ("@location", string.IsNullOrEmpty(artifactLocation) ? null : artifactLocation)
                ) ?? throw NameIsTaken(name)
        );

    /// <summary>The experiment of this number, deleted or not, or null.</summary>
    internal TrackedExperiment? FindTrackedExperiment(long id) => database.Read(connection => FindTrackedExperiment(connection, id));

    /// <summary>The experiment of this name, deleted or not, or null.</summary>
    internal TrackedExperiment? FindTrackedExperiment(string name) =>
        database.Read(connection =>
            connection
                .Rows($"SELECT {TrackedExperimentColumns} FROM experiments e WHERE e.name = @name", ReadTrackedExperiment, ("@name", name))
                .FirstOrDefault()
        );

    /// <summary>Renames an active experiment.</summary>
    /// <exception cref="Refusal">There is no such experiment, it is deleted, or the name is taken.</exception>
    internal void RenameTrackedExperiment(long id, string name) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                TrackedExperiment experiment = RequireTrackedExperiment(connection, id);
                if (!experiment.IsActive)
                    throw new Refusal(RefusalCode.InvalidState, "Cannot rename a non-active experiment.");
                if (
                    connection.Number("SELECT id FROM experiments WHERE name = @name AND id <> @id", ("@name", name), ("@id", id))
                    is not null
                )
                    throw NameIsTaken(name);
                return connection.Execute(
                    "UPDATE experiments SET name = @name, time_updated = @now WHERE id = @id",
                    ("@name", name),
                    ("@now", Now()),
                    ("@id", id)
                );
            }
        );

    /// <summary>Deletes or restores an experiment and its runs.</summary>
    /// <exception cref="Refusal">There is no such experiment in the other state.</exception>
    internal void SetTrackedExperimentActive(long id, bool isActive) => database.Write(Durability.PowerLoss, connection =>
    {
        var now = Now();
        (var state, var other) = isActive ? ("active", "deleted") : ("deleted", "active");
        if (connection.Execute(
                "UPDATE experiments SET lifecycle = @state, time_updated = @now WHERE id = @id AND lifecycle = @other",
                ("@state", state),
                ("@now", now),
                ("@id", id),
                ("@other", other)) == 0)
        {
            throw Refusal.UnknownExperiment($"{id}");
        }

        return connection.Execute(
            "UPDATE runs SET lifecycle = @state, time_deleted = @deleted WHERE experiment_id = @id AND lifecycle = @other",
            ("@state", state),
            ("@deleted", isActive ? null : now),
            ("@id", id),
            ("@other", other));
    });

    /// <summary>Sets a tag of an active experiment.</summary>
    /// <exception cref="Refusal">There is no such experiment, or it is deleted.</exception>
    internal void SetTrackedExperimentTag(long id, string key, string value) =>
        ChangeTrackedExperimentTags(id, tags => TextPairs.Merge(tags, [new(key, value)]));

    /// <summary>Takes a tag from an active experiment.</summary>
    /// <exception cref="Refusal">There is no such experiment or tag, or it is deleted.</exception>
    internal void DeleteTrackedExperimentTag(long id, string key) => ChangeTrackedExperimentTags(id, tags =>
        TextPairs.Find(tags, key) is null
            ? throw Refusal.Unknown($"No tag with name: {key} in experiment with id {id}")
            : TextPairs.Merge(tags, [], remove: key));

    /// <summary>Searches experiments; by default the youngest first.</summary>
    internal TrackedPage<TrackedExperiment> SearchTrackedExperiments(
        IReadOnlyList<SearchClause> filter,
        TrackedView view,
        IReadOnlyList<SearchOrder> order,
        int limit,
        PageToken page
    ) =>
        database.Read(connection =>
        {
            var sql = new SearchSql(connection.Engine);
            page = Bounded(connection, "experiments", page);
            var where = sql.Where([
                $"e.id <= {sql.Add(BoundOf(page))}",
                SearchSql.Lifecycle("e", view),
                .. filter.Select(sql.OfExperiment),
            ]);
            var rows = connection.Rows(
                $"SELECT {TrackedExperimentColumns} FROM experiments e{where} ORDER BY {sql.ExperimentOrder(order)} "
                    + $"LIMIT {sql.Add((long)limit + 1)} OFFSET {sql.Add(page.Offset)}",
                ReadTrackedExperiment,
                sql.Parameters
            );
            return Page(rows, limit, page);
        });

    // The first page fixes what there is to list: what is made later would push rows from one page to the next, to be seen twice.
    static PageToken Bounded(StoreConnection connection, string table, PageToken page) => page.After is not null
        ? page
        : page with { After = (connection.Number($"SELECT max(id) FROM {table}") ?? 0).ToString(CultureInfo.InvariantCulture) };

    static long BoundOf(PageToken page) => long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var bound)
        ? bound
        : throw Refusal.Invalid("Invalid page token, it belongs to another listing");

    static TrackedPage<T> Page<T>(List<T> rows, int limit, PageToken page)
    {
        if (rows.Count <= limit)
            return new TrackedPage<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new TrackedPage<T>(rows, page with { Offset = page.Offset + limit });
    }

    static Refusal NameIsTaken(string name) => new(RefusalCode.ResourceAlreadyExists, $"Experiment(name={name}) already exists.");

    void ChangeTrackedExperimentTags(long id, Func<string, string> change) =>
        database.Write(
            Durability.PowerLoss,
            connection =>
            {
                RequireActive(RequireTrackedExperiment(connection, id));
                var tags = connection.Text("SELECT CAST(tags AS TEXT) FROM experiments WHERE id = @id", ("@id", id))!;
                return connection.Execute(
                    "UPDATE experiments SET tags = @tags, time_updated = @now WHERE id = @id",
                    ("@tags", change(tags)),
                    ("@now", Now()),
                    ("@id", id)
                );
            }
        );

    static TrackedExperiment? FindTrackedExperiment(StoreConnection connection, long id) => connection.Rows(
        $"SELECT {TrackedExperimentColumns} FROM experiments e WHERE e.id = @id", ReadTrackedExperiment, ("@id", id)).FirstOrDefault();

    static TrackedExperiment RequireTrackedExperiment(StoreConnection connection, long id) =>
        FindTrackedExperiment(connection, id) ?? throw Refusal.UnknownExperiment($"{id}");

    static void RequireActive(TrackedExperiment experiment)
    {
        if (!experiment.IsActive)
            throw Refusal.Invalid($"The experiment {experiment.Id} must be in the 'active' state. Current state is deleted.");
    }

    static TrackedExperiment ReadTrackedExperiment(DbDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.TextOrNull(2),
        reader.GetString(3) == "active",
        WireTime.Of(reader.Time(4)),
        WireTime.Of(reader.Time(5)),
        [.. TextPairs.Read(reader.GetString(6))],
        TextPairs.Find(reader.GetString(7), OwnerMember));
}
