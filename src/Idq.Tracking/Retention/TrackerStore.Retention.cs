namespace Idq.Tracking;

public sealed partial class TrackerStore
{
    /// <summary>
    /// Thins histories: points that are older than a rule says become one row a bucket of time, with their number, sum, least and greatest
    /// value and the steps and times that they span. Number, sum and extremes of a series stay what they were. What is not finite, the
    /// newest point of every metric and a point that is alone in its bucket stay as they are.
    /// Every run is one transaction with a row in the audit table.
    /// </summary>
    /// <param name="options">What to thin.</param>
    /// <param name="cancellationToken">Ends it between two runs.</param>
    /// <returns>The runs that changed, or would change.</returns>
    /// <remarks>
    /// Only whole buckets are thinned. A batch that is sent again after its points were thinned counts once: a point whose time and step
    /// both lie within those of a bucket is taken for one of its points. A new point that comes so late cannot be told from it, so rules
    /// must be older than anybody sends. Wide metrics and sequences are not touched.
    /// </remarks>
    /// <exception cref="ArgumentException">A rule is malformed, or there is none.</exception>
    /// <exception cref="TrackerException">There is no such experiment or run.</exception>
    public IReadOnlyList<ThinnedRun> Thin(RetentionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Rules.Count == 0)
            throw new ArgumentException("there is no rule to thin by", nameof(options));
        foreach (var rule in options.Rules)
            rule.Validate();
        if (options.Experiment is { } name && FindExperiment(name) is null)
            throw new TrackerException(TrackerFailure.UnknownReference, $"there is no experiment '{name}' in tracker store '{Location}'");
        if (options.RunId is { } id && FindRun(id) is null)
            throw new TrackerException(TrackerFailure.UnknownReference, $"there is no run {id} in tracker store '{Location}'");
        var now = clock.GetCurrentInstant();
        // Rules for younger points come first: rules for older points sum up what they make.
        var rules = options
            .Rules.OrderBy(r => r.OlderThan)
            .ThenBy(r => r.Bucket)
            .Select(r => (Rule: r, Before: (now - r.OlderThan).ToUnixTimeMilliseconds() is var end ? end - (end % r.BucketMs) : 0))
            .Where(r => r.Before > 0)
            .ToArray();
        var runs = database.Read(connection =>
            connection.Rows(
                "SELECT r.id, r.uid FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE 1 = 1"
                    + (options.Experiment is null ? "" : " AND e.name = @experiment")
                    + (options.RunId is null ? "" : " AND r.id = @run")
                    + " ORDER BY r.id",
                reader => (Id: reader.GetInt64(0), Uid: reader.GetString(1)),
                ("@experiment", options.Experiment),
                ("@run", options.RunId ?? 0)
            )
        );
        var thinned = new List<ThinnedRun>();
        foreach (var run in runs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Most runs have no old points and need no write lock.
            if (
                rules.Length > 0
                && database.Read(connection => HasOld(connection, run.Id, rules[0].Before, rules.Max(r => r.Rule.BucketMs)))
            )
                thinned.AddRange(Thin(run.Id, run.Uid, rules, options.IsDryRun));
        }
        return thinned;
    }

    List<ThinnedRun> Thin(long run, string uid, (RetentionRule Rule, long Before)[] rules, bool isDryRun)
    {
        try
        {
            return database.Write(
                Durability.PowerLoss,
                connection =>
                {
                    var done = new List<ThinnedRun>();
                    foreach (var (rule, before) in rules)
                    {
                        (string, object?)[] parameters = [("@run", run), ("@width", rule.BucketMs), ("@before", before)];
                        connection.Execute(Rollups.Widen, parameters);
                        long merged = connection.Execute(Rollups.DropNarrow, parameters);
                        connection.Execute(Rollups.Sum, parameters);
                        long points = connection.Execute(Rollups.DropPoints, parameters);
                        if (points + merged == 0)
                            continue;
                        var rollups = connection.Number("SELECT count(*) FROM rollups WHERE run_id = @run", ("@run", run)) ?? 0;
                        done.Add(new(run, uid, rule, points, merged, rollups));
                        Audit(
                            connection,
                            run,
                            "thin",
                            Json.Kept(
                                System.Text.Json.JsonSerializer.Serialize(
                                    new
                                    {
                                        older_than_seconds = rule.OlderThan.TotalSeconds,
                                        bucket_ms = rule.BucketMs,
                                        before_ms = before,
                                        points,
                                        merged,
                                        rollups,
                                    }
                                )
                            )
                        );
                    }
                    return isDryRun ? throw new Trial(done) : done;
                }
            );
        }
        catch (Trial trial)
        {
            return trial.Thinned;
        }
    }

    static bool HasOld(StoreConnection connection, long run, long before, long widest) =>
        connection.Number(
            "SELECT 1 FROM history WHERE run_id = @run AND timestamp_ms < @before LIMIT 1",
            ("@run", run),
            ("@before", before)
        )
            is not null
        || connection.Number(
            "SELECT 1 FROM rollups WHERE run_id = @run AND start_ms < @before AND width_ms < @width LIMIT 1",
            ("@run", run),
            ("@before", before),
            ("@width", widest)
        )
            is not null;

    // Undoes the transaction of a dry run.
    sealed class Trial(List<ThinnedRun> thinned) : Exception("a trial is undone")
    {
        public List<ThinnedRun> Thinned => thinned;
    }
}
