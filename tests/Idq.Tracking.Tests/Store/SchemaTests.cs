using Microsoft.Data.Sqlite;

namespace Idq.Tracking.Tests.Store;

/// <summary>The schema is an interface: others read the file with SQL. A change here needs a migration.</summary>
public sealed class SchemaTests : StoreFixture
{
    [Theory]
    [InlineData(
        "experiments",
        "id INTEGER, time_created TEXT, time_updated TEXT, name TEXT, comment TEXT, tags TEXT, extras TEXT, lifecycle TEXT, "
            + "artifact_location TEXT"
    )]
    [InlineData("experiment_links", "from_id INTEGER, kind TEXT, to_id INTEGER")]
    [InlineData(
        "runs",
        "id INTEGER, uid TEXT, experiment_id INTEGER, name TEXT, status TEXT, time_created TEXT, time_started TEXT, time_updated TEXT, "
            + "time_ended TEXT, time_deleted TEXT, comment TEXT, tags TEXT, args TEXT, env TEXT, extras TEXT, user_name TEXT, "
            + "lifecycle TEXT, artifact_uri TEXT, heartbeat_seconds REAL"
    )]
    [InlineData("metrics_narrow", "run_id INTEGER, step INTEGER, progress REAL, key TEXT, number REAL, integer INTEGER, text TEXT")]
    [InlineData("history", "run_id INTEGER, key_id INTEGER, step INTEGER, timestamp_ms INTEGER, value REAL, extras TEXT")]
    [InlineData("sequence_rows", "sequence_id INTEGER, idx INTEGER, timestamp_us INTEGER, received_us INTEGER, value_json TEXT")]
    [InlineData("run_links", "from_id INTEGER, kind TEXT, to_id INTEGER")]
    [InlineData("metrics", "run_id INTEGER, step INTEGER, progress REAL, gps INTEGER")]
    [InlineData(
        "products",
        "seq INTEGER, kind TEXT, nickname TEXT, job TEXT, start_ns INTEGER, end_ns INTEGER, path TEXT, sha256 TEXT, attributes TEXT, "
        + "time_created TEXT, parents TEXT, first_seq INTEGER, compaction INTEGER, members BLOB")]
    [InlineData("removals", "path TEXT")]
    [InlineData("cursors", "name TEXT, value TEXT, time_updated TEXT")]
    [InlineData("skips", "id INTEGER, job TEXT, start_ns INTEGER, end_ns INTEGER, reason TEXT, detail TEXT, time_created TEXT")]
    [InlineData("outbox", "seq INTEGER, destination TEXT, key TEXT, payload BLOB, time_created TEXT")]
    [InlineData("applied_migrations", "name TEXT, sha256 TEXT, time_applied TEXT")]
    public void A_fresh_store_has_these_columns(string table, string columns)
    {
        _ = Store;
        Assert.Equal(columns, Columns(table));
    }

    // An implicit delete fires no delete trigger.
    [Theory]
    [InlineData("INSERT OR REPLACE INTO skips VALUES (1, 'x', 0, 0, 'x', NULL, '')", "skips is append-only")]
    [InlineData("INSERT OR REPLACE INTO product_parents VALUES (2, 0, 1)", "product_parents is append-only")]
    [InlineData(
        "INSERT OR REPLACE INTO products SELECT 1, kind, nickname, job, 0, 0, 'z', sha256, '{}', '', '[]', 1, NULL, NULL FROM products "
            + "WHERE seq = 2",
        "products is append-only")]
    [InlineData(
        "INSERT OR REPLACE INTO products SELECT 9, kind, nickname, job, 0, 0, path, sha256, '{}', '', '[]', 9, NULL, NULL FROM products "
            + "WHERE seq = 2",
        "products is append-only")]
    public void The_ledger_cannot_be_replaced_either(string sql, string message)
    {
        Store.Commit(
            new StrideCommit { Products = [Draft("a"), Draft("b", parents: [1])], Skips = [new SkipDraft("train", 0, 1, "late")] }
        );
        var before = Contents();
        Assert.Contains(message, Assert.Throws<SqliteException>(() => Sql(sql)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_metric_has_a_column_of_doubles()
    {
        var run = Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new RunDraft("train")).Id;
        Store.AddMetrics(run, 0, 0, null, [Metric("latency", 1)]);
        Assert.Equal(1, Sql("SELECT count(*) FROM pragma_table_info('metrics') WHERE name = 'latency' AND type = 'REAL'"));
    }

    [Fact]
    public void An_abandoned_enumeration_does_not_hold_up_a_checkpoint()
    {
        Store.Commit(Products(Enumerable.Range(0, 1500).Select(i => Draft($"{i}")).ToArray()));
        using var abandoned = Store.Products().GetEnumerator();
        Assert.True(abandoned.MoveNext());
        Store.Commit(Products(Draft("next")));
        Sql("PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(0, new FileInfo(StorePath + "-wal").Length);
    }

    [Fact]
    public void Times_are_text_that_sorts_as_time_does()
    {
        Store.GetOrCreateExperiment("a");
        Assert.Equal(1, Sql("SELECT count(*) FROM experiments WHERE time_created = '2026-01-02T03:04:05.000000Z'"));
        Clock.Advance(NodaTime.Duration.FromMilliseconds(1));
        Store.GetOrCreateExperiment("b");
        Assert.Equal(2, Sql("SELECT id FROM experiments ORDER BY time_created DESC LIMIT 1"));
    }

    [Fact]
    public void A_NaN_is_told_from_a_value_that_was_not_given_in_SQL_too()
    {
        var run = Store.CreateRun(Store.GetOrCreateExperiment("a").Id, new RunDraft("run")).Id;
        Store.AddMetrics(run, 0, 0, null, [Metric("x", double.NaN)]);
        Store.AddMetrics(run, 1, 0, null, [Metric("y", 1)]);
        Assert.Equal(1, Sql("SELECT count(*) FROM metrics WHERE x = 'NaN'"));
        Assert.Equal(1, Sql("SELECT count(*) FROM metrics WHERE x IS NULL"));
    }

    [Theory]
    [InlineData("INSERT INTO runs (experiment_id, name, time_created) VALUES (99, 'a', '')")]
    [InlineData("INSERT INTO metrics (run_id) VALUES (99)")]
    [InlineData("INSERT INTO experiments (name, time_created) VALUES ('taken', '')")]
    [InlineData(
        "INSERT INTO products (kind, nickname, job, start_ns, end_ns, path, sha256, time_created) VALUES ('', '', '', 1, 0, '', '', '')"
    )]
    [InlineData("INSERT INTO product_parents VALUES (1, 0, 1)")]
    [InlineData("INSERT INTO skips (job, start_ns, end_ns, reason, time_created) VALUES ('a', 1, 0, 'b', '')")]
    public void What_the_program_would_not_write_SQL_cannot_write_either(string sql)
    {
        Store.GetOrCreateExperiment("taken");
        Store.Commit(Products(Draft("a")));
        Assert.Equal(19, Assert.Throws<SqliteException>(() => Sql(sql)).SqliteErrorCode);
    }

    [Fact]
    public void A_store_that_was_cut_short_is_a_clear_error()
    {
        Store.Commit(Products([.. Enumerable.Range(0, 500).Select(i => Draft($"{i}"))]));
        Store.Dispose();
        using (var file = File.OpenWrite(StorePath))
            file.SetLength(file.Length / 2);
        var e = Assert.Throws<TrackerException>(() =>
        {
            using var damaged = TrackerStore.OpenReadOnly(StorePath);
            Assert.Equal(500, damaged.Products().ToList().Count);
        });
        Assert.Equal(TrackerFailure.Unusable, e.Failure);
        Assert.Contains(StorePath, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.InnerException);
    }

    [Fact]
    public void An_enumeration_fails_at_its_next_page_when_the_store_is_closed()
    {
        Store.Commit(Products([.. Enumerable.Range(0, 1500).Select(i => Draft($"{i}"))]));
        using var products = Store.Products().GetEnumerator();
        Assert.True(products.MoveNext());
        Store.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            while (products.MoveNext())
                Assert.NotNull(products.Current);
        });
    }

    string Columns(string table)
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(name || ' ' || type, ', ') FROM pragma_table_info($table)";
        command.Parameters.AddWithValue("$table", table);
        return (string)command.ExecuteScalar()!;
    }
}
