using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckDatabaseTests
{
    [Theory]
    [InlineData("parquet")]
    [InlineData("json")]
    [InlineData("icu")]
    public void The_extensions_that_are_needed_are_built_in(string extension)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        Assert.Equal(true, connection.Scalar("SELECT loaded FROM duckdb_extensions() WHERE extension_name = ?", extension));
    }

    [Theory]
    [InlineData("autoinstall_known_extensions")]
    [InlineData("autoload_known_extensions")]
    [InlineData("allow_community_extensions")]
    [InlineData("allow_persistent_secrets")]
    [InlineData("enable_external_file_cache")]
    public void What_would_reach_out_or_go_stale_is_off(string setting)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        Assert.Equal("false", connection.Scalar("SELECT value FROM duckdb_settings() WHERE name = ?", setting));
    }

    [Fact]
    public void An_address_on_the_network_is_refused_without_a_connection_being_tried()
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        var failure = Assert.Throws<DuckException>(() => connection.Execute("FROM read_parquet('https://localhost:1/x.parquet')"));
        Assert.Contains("Missing Extension", failure.Summary);
    }

    [Theory]
    [InlineData(false, 3, 3)]
    [InlineData(true, 3, 1)]
    public void A_deterministic_database_has_one_thread(bool deterministic, int asked, long threads)
    {
        using var database = DuckDatabase.Open(new DuckOptions { Threads = asked, Deterministic = deterministic });
        using var connection = database.Connect();
        Assert.Equal(threads, connection.Scalar("SELECT current_setting('threads')"));
    }

    [Fact]
    public void A_memory_limit_holds()
    {
        using var database = DuckDatabase.Open(new DuckOptions { MemoryLimit = "20MB" });
        using var connection = database.Connect();
        var failure = Assert.Throws<DuckException>(() => connection.Execute("CREATE TABLE t AS SELECT random() AS x FROM range(20000000)"));
        Assert.Contains("Out of Memory", failure.Summary);
        Assert.Equal(1L, connection.Scalar("SELECT 1"));
    }

    [Fact]
    public void A_refused_option_is_named()
    {
        var failure = Assert.Throws<DuckException>(() => DuckDatabase.Open(new DuckOptions { MemoryLimit = "plenty" }));
        Assert.Contains("plenty", failure.Message);
    }

    [Fact]
    public void Databases_know_nothing_of_each_other_and_connections_of_one_share_tables()
    {
        using var first = DuckDatabase.Open();
        using var second = DuckDatabase.Open();
        using var a = first.Connect();
        using var b = first.Connect();
        using var c = second.Connect();
        a.Execute("CREATE TABLE t AS SELECT 7 AS x");
        Assert.Equal(7L, b.Scalar("SELECT x FROM t"));
        Assert.Throws<DuckException>(() => c.Scalar("SELECT x FROM t"));
    }

    [Fact]
    public void A_connection_outlives_the_closing_of_its_database()
    {
        var database = DuckDatabase.Open();
        using var connection = database.Connect();
        database.Dispose();
        Assert.Equal(2L, connection.Scalar("SELECT 1 + 1"));
    }

    [Fact]
    public void Threads_with_a_connection_each_work_at_once()
    {
        using var database = DuckDatabase.Open();
        var sums = new long[8];
        Parallel.For(0, sums.Length, i =>
        {
            using var connection = database.Connect();
            var values = Enumerable.Range(0, 5000).Select(v => (long)v * i).ToArray();
            connection.CreateTable($"t{i}", [DuckColumn.Longs("x", values)]);
            sums[i] = connection.Table($"SELECT sum(x) AS s FROM t{i}").Longs("s")[0];
        });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * (4999L * 5000 / 2)), sums);
    }
}
