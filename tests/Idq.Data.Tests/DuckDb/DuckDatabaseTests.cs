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
        Assert.Equal(true, connection.Scalar($"SELECT loaded FROM duckdb_extensions() WHERE extension_name = {Sql.Text(extension)}"));
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
        Assert.Equal("false", connection.Scalar($"SELECT value FROM duckdb_settings() WHERE name = {Sql.Text(setting)}"));
    }

    [Fact]
    public void An_address_on_the_network_is_refused_without_a_connection_being_tried()
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        var failure = Assert.Throws<DuckException>(() => connection.Execute("FROM read_parquet('https://localhost:1/x.parquet')"));
        Assert.Contains("Missing Extension", failure.Summary);
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
            connection.Execute($"CREATE TABLE t{i} AS SELECT v * {i} AS x FROM range(5000) r(v)");
            sums[i] = connection.Longs($"SELECT sum(x)::BIGINT FROM t{i}")[0];
        });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * (4999L * 5000 / 2)), sums);
    }
}
