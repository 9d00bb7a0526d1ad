using System.Diagnostics;
using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckConnectionTests : IDisposable
{
    const string Endless = "SELECT count(*) FROM range(100000000) a(i), range(100000000) b(j) WHERE (i * j) % 1000003 = 7";

    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public DuckConnectionTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void Several_statements_run_in_order_and_the_last_one_answers()
    {
        connection.Execute("CREATE TABLE t (x BIGINT); INSERT INTO t VALUES (1), (2); INSERT INTO t SELECT x + 10 FROM t");
        Assert.Equal([1L, 2, 11, 12], connection.Longs("CREATE TABLE u AS SELECT x FROM t; SELECT x FROM u ORDER BY x"));
    }

    [Theory]
    [InlineData("SELECT x FROM t", true)]
    [InlineData("FROM t;", true)]
    [InlineData("WITH u AS (FROM t) SELECT * FROM u -- COPY", true)]
    [InlineData("VALUES (1)", true)]
    [InlineData("DESCRIBE t", true)]
    [InlineData("SUMMARIZE t", true)]
    [InlineData("SHOW TABLES", true)]
    [InlineData("PIVOT t ON x IN (1, 2) USING count(*)", true)]
    [InlineData("COPY t TO 'out.csv'", false)]
    [InlineData("COPY (SELECT 1) TO 'out.csv'", false)]
    [InlineData("SELECT 1; COPY t TO 'out.csv'", false)]
    [InlineData("ANALYZE COPY t TO 'out.csv'", false)]
    [InlineData("EXPLAIN ANALYZE COPY t TO 'out.csv'", false)]
    [InlineData("ATTACH 'out.db'", false)]
    [InlineData("EXPORT DATABASE 'out'", false)]
    [InlineData("INSTALL httpfs", false)]
    [InlineData("LOAD httpfs", false)]
    [InlineData("SET threads = 1", false)]
    [InlineData("PRAGMA threads = 1", false)]
    [InlineData("CREATE TABLE u AS FROM t", false)]
    [InlineData("INSERT INTO t VALUES (1)", false)]
    [InlineData("DROP TABLE t", false)]
    [InlineData("CALL pragma_version()", false)]
    [InlineData("BEGIN", false)]
    [InlineData("", false)]
    [InlineData("SELECT nonsense", false)]
    public void Whether_a_text_is_one_statement_that_reads_is_known_before_it_runs(string sql, bool reads)
    {
        connection.Execute("CREATE TABLE t (x BIGINT)");
        if (reads) connection.RequireReading(sql);
        else Assert.Throws<DuckException>(() => connection.RequireReading(sql));
        Assert.Equal((string?[])["t"], connection.Texts("SELECT name FROM (SHOW ALL TABLES)"));
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM t"));
        Assert.False(File.Exists("out.csv"));
    }

    [Fact]
    public void A_statement_that_fails_ends_those_that_follow()
    {
        Assert.Throws<DuckException>(() => connection.Execute("CREATE TABLE t (x BIGINT); FROM nowhere; CREATE TABLE u (x BIGINT)"));
        Assert.Equal((string?[])["t"], connection.Texts("SELECT name FROM (SHOW ALL TABLES)"));
    }

    [Fact]
    public void A_statement_that_answers_with_rows_runs_to_its_end_too()
    {
        connection.Execute("CREATE SEQUENCE s; SELECT nextval('s') FROM range(100000)");
        Assert.Equal(100_001L, connection.Scalar("SELECT nextval('s')"));
    }

    [Theory]
    [InlineData("SELEC 1", "Parser Error: syntax error at or near \"SELEC\"")]
    [InlineData("SELECT nope FROM range(1)", "Binder Error: Referenced column \"nope\" not found in FROM clause!")]
    [InlineData("FROM nowhere", "Catalog Error: Table with name nowhere does not exist!")]
    [InlineData("SELECT 'x'::INTEGER", "Conversion Error: Could not convert string 'x' to INT32")]
    [InlineData("  -- nothing", "There is no statement in the SQL text.")]
    public void An_error_is_one_clear_line_first(string sql, string summary)
    {
        var failure = Assert.Throws<DuckException>(() => connection.Execute(sql));
        Assert.Equal(summary, failure.Summary);
        Assert.StartsWith(summary, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_an_error_the_connection_goes_on()
    {
        Assert.Throws<DuckException>(() => connection.Execute("FROM nowhere"));
        Assert.Equal(42L, connection.Scalar("SELECT 42"));
    }

    [Fact]
    public void A_statement_while_a_result_is_open_is_a_defect_not_a_surprise()
    {
        var result = connection.Query("SELECT * FROM range(100000)");
        Assert.NotNull(result.Next());
        Assert.Throws<InvalidOperationException>(() => connection.Execute("SELECT 1"));
        result.Dispose();
        Assert.Equal(1L, connection.Scalar("SELECT 1"));
    }

    [Fact]
    public void A_query_that_fails_at_once_leaves_nothing_open()
    {
        Assert.Throws<DuckException>(() => connection.Query("SELECT 'x'::INTEGER"));
        Assert.Equal(1L, connection.Scalar("SELECT 1"));
    }

    [Fact]
    public void A_cancelled_statement_stops_soon_and_the_connection_goes_on()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        var stopped = Assert.Throws<OperationCanceledException>(() =>
        {
            using var result = connection.Query(Endless, cancellation.Token);
            result.Next();
        });
        Assert.Equal(cancellation.Token, stopped.CancellationToken);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
        Assert.Equal(3L, connection.Scalar("SELECT 3"));
    }

    [Fact]
    public void A_cancelled_query_stops_while_it_is_made_or_while_it_is_read()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var chunk in connection.Query("SELECT i FROM range(100000000000) t(i)", cancellation.Token))
                Assert.True(chunk.Count > 0);
        });
        Assert.Equal(3L, connection.Scalar("SELECT 3"));
    }

    [Fact]
    public void A_token_cancelled_beforehand_runs_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => connection.Query("CREATE TABLE t (x INTEGER)", new CancellationToken(true)));
        Assert.Throws<DuckException>(() => connection.Execute("FROM t"));
    }

    [Fact]
    public void A_token_that_is_cancelled_later_disturbs_no_later_statement()
    {
        using var cancellation = new CancellationTokenSource();
        connection.Query("SELECT 1", cancellation.Token).Dispose();
        cancellation.Cancel();
        Assert.Equal(1000L, connection.Scalar("SELECT count(*) FROM range(1000)"));
    }

    [Fact]
    public void A_closed_connection_says_so()
    {
        var connection = database.Connect();
        connection.Dispose();
        Assert.Throws<ObjectDisposedException>(() => connection.Execute("SELECT 1"));
        connection.Dispose();
    }

    [Fact]
    public void Scalar_of_no_rows_is_null() => Assert.Null(connection.Scalar("SELECT 1 WHERE false"));
}
