namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Applies scripts of the user, each once, in a transaction of its own under the write lock, and remembers them with their checksums. A
    /// script that fails leaves nothing of itself, and those after it are not tried.
    /// </summary>
    /// <param name="scripts">In their order.</param>
    /// <param name="isDryRun">True to try them all in one transaction and undo it, so that errors show and nothing changes.</param>
    /// <exception cref="ArgumentException">Two scripts have one name, or a name belongs to the program.</exception>
    /// <exception cref="TrackerException">A script was changed after it was applied, or it fails.</exception>
    public IReadOnlyList<AppliedMigration> Migrate(IReadOnlyList<MigrationScript> scripts, bool isDryRun = false)
    {
        ArgumentNullException.ThrowIfNull(scripts);
        if (scripts.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException(
                $"two scripts are called '{twice.Key}': a script is known by its file's name alone",
                nameof(scripts)
            );
        if (scripts.FirstOrDefault(s => string.IsNullOrWhiteSpace(s.Name) || s.Name.Contains('/', StringComparison.Ordinal)) is { } bad)
            throw new ArgumentException($"a script cannot be called '{bad.Name}'", nameof(scripts));
        if (!isDryRun)
            return scripts.Select(script => database.Write(Durability.PowerLoss, connection => Apply(connection, script))).ToArray();
        try
        {
            database.Write<bool>(
                Durability.ProcessDeath,
                connection => throw new Undo(scripts.Select(script => Apply(connection, script)).ToArray())
            );
            return [];
        }
        catch (Undo undo)
        {
            return undo.Results;
        }
    }

    AppliedMigration Apply(StoreConnection connection, MigrationScript script)
    {
        var known = connection.Text("SELECT sha256 FROM applied_migrations WHERE name = @name", ("@name", script.Name));
        if (known is null)
        {
            try
            {
                connection.Script(script.Sql);
            }
            catch (System.Data.Common.DbException e) when (connection.Engine.IsConstraint(e))
            {
                throw new TrackerException(
                    TrackerFailure.Conflict,
                    $"script '{script.Name}' fails: {(e is Npgsql.PostgresException p ? p.MessageText : e.Message)}; "
                        + "nothing of it was applied",
                    e
                );
            }
            Migrations.Record(connection, script.Name, script.Sql, clock);
            return new(script.Name, true);
        }
        if (known == Migrations.Checksum(script.Sql))
            return new(script.Name, false);
        throw new TrackerException(
            TrackerFailure.Conflict,
            $"script '{script.Name}' was changed after it was applied to tracker store '{Location}': put it back, "
                + "and write what is new into another script"
        );
    }

    // Ends a transaction that is only a trial.
    sealed class Undo(IReadOnlyList<AppliedMigration> results) : Exception("a trial is undone")
    {
        public IReadOnlyList<AppliedMigration> Results => results;
    }
}
