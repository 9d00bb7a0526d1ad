namespace Idq.Tracking.Tests.Store;

public sealed class MigrateTestsOnSqlite() : MigrateTests(TestEngine.Sqlite);

public sealed class MigrateTestsOnPostgres() : MigrateTests(TestEngine.Postgres);

/// <summary>Scripts of the user.</summary>
public abstract class MigrateTests(TestEngine engine) : StoreFixture(engine)
{
    static readonly MigrationScript First = new(
        "v001.sql",
        "ALTER TABLE metrics ADD COLUMN epoch BIGINT;\nCREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT);\nINSERT INTO notes "
            + "VALUES (1, 'a;b');"
    );
    static readonly MigrationScript Second = new("v002.sql", "INSERT INTO notes VALUES (2, 'two');");

    [Fact]
    public void A_script_is_applied_once_and_the_next_time_only_what_is_new()
    {
        Assert.Equal([new("v001.sql", true)], Store.Migrate([First]));
        Assert.Equal([new("v001.sql", false), new("v002.sql", true)], Store.Migrate([First, Second]));
        Assert.Equal([new("v001.sql", false), new("v002.sql", false)], Store.Migrate([First, Second]));
        Assert.Equal(2, Sql("SELECT count(*) FROM notes"));
        using var again = OpenAgain();
        Assert.Equal(2, Sql("SELECT count(*) FROM applied_migrations WHERE name LIKE 'v00%' AND length(sha256) = 64"));
    }

    [Fact]
    public void A_trial_shows_what_would_happen_and_changes_nothing()
    {
        var store = Store;
        var before = Sql("SELECT count(*) FROM applied_migrations");
        Assert.Equal([new("v001.sql", true), new("v002.sql", true)], store.Migrate([First, Second], isDryRun: true));
        Assert.Equal(before, Sql("SELECT count(*) FROM applied_migrations"));
        Assert.Throws<TrackerException>(() => Store.Migrate([Second], isDryRun: true));
        Assert.Equal([new("v001.sql", true)], Store.Migrate([First]));
    }

    [Fact]
    public void A_script_that_fails_in_its_middle_leaves_nothing_and_the_rest_is_not_tried()
    {
        var broken = new MigrationScript("v002.sql", "INSERT INTO notes VALUES (2, 'x'); INSERT INTO nowhere VALUES (1);");
        var e = Assert.Throws<TrackerException>(() => Store.Migrate([First, broken, new("v003.sql", "INSERT INTO notes VALUES (3, 'x')")]));
        Assert.Contains("v002.sql", e.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, Sql("SELECT count(*) FROM notes"));
        Assert.Equal([new("v001.sql", false), new("v002.sql", true)], Store.Migrate([First, Second]));
    }

    [Fact]
    public void A_script_that_was_changed_afterwards_is_refused()
    {
        Store.Migrate([First]);
        var e = Assert.Throws<TrackerException>(() => Store.Migrate([First with { Sql = First.Sql + " " }]));
        Assert.Equal(TrackerFailure.Conflict, e.Failure);
        Assert.Contains("changed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_used_once_and_is_a_files()
    {
        Assert.Throws<ArgumentException>(() => Store.Migrate([First, Second with { Name = "v001.sql" }]));
        Assert.Throws<ArgumentException>(() => Store.Migrate([First with { Name = "tracker/001-base" }]));
        Assert.Throws<ArgumentException>(() => Store.Migrate([First with { Name = " " }]));
    }

    [Fact]
    public void A_column_of_integers_that_a_script_made_holds_integers_exactly()
    {
        Store.Migrate([First]);
        var run = Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new("train")).Id;
        Store.AddMetrics(run, 0, 0, null, [Metric("epoch", long.MaxValue)]);
        Assert.Equal(long.MaxValue, Sql("SELECT epoch FROM metrics"));
        Store.AddMetrics(run, 0, 0, null, [Metric("epoch", 0.5)]);
        Assert.Equal(0.5, Store.ReadMetrics().Single().Value);
    }

    [Fact]
    public async Task Eight_that_migrate_at_once_apply_each_script_once()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => OpenAgain()).ToArray();
        var results = await Task.WhenAll(stores.Select(store => Task.Run(() => store.Migrate([First, Second]))));
        foreach (var store in stores) store.Dispose();
        Assert.Equal(2, results.Sum(r => r.Count(m => m.IsNew)));
        Assert.Equal(2, Sql("SELECT count(*) FROM notes"));
    }
}
