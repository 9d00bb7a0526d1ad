using Idq.Data.DuckDb;

namespace Idq.Streaming.Tests.Query;

public sealed class QueryOutlineTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public QueryOutlineTests()
    {
        connection = database.Connect();
        connection.Execute(
            """
            CREATE SCHEMA outline; SET schema = 'outline';
            CREATE TABLE series
              (nickname VARCHAR, time DECIMAL(29,9), start DECIMAL(29,9), "end" DECIMAL(29,9), time_ns BIGINT, fap DOUBLE);
            CREATE TABLE products (seq BIGINT, nickname VARCHAR)
            """);
    }

    static string Text(ViewDemand demand)
    {
        static string Bound(long ns) => ns is long.MinValue or long.MaxValue ? "" : new GpsTime(ns).ToString();
        return $"{(demand.Nicknames is { } names ? string.Join('|', names) : "any")} {Bound(demand.StartNs)}..{Bound(demand.EndNs)}";
    }

    string? Outline(string sql) => QueryOutline.Of(connection, sql) is { } views
        ? string.Join("; ", views.OrderBy(v => v.Key, StringComparer.Ordinal)
            .SelectMany(v => v.Value.Select(d => $"{v.Key} {Text(d)}").Order(StringComparer.Ordinal)))
        : null;

    [Theory]
    [InlineData("SELECT count(*) FROM series", "series any ..")]
    [InlineData("SELECT count(*) FROM series;", "series any ..")]
    [InlineData("SELECT * FROM series WHERE nickname = 'ovl'", "series ovl ..")]
    [InlineData("SELECT * FROM series WHERE nickname IN ('ovl', 'linear', 'x_1')", "series ovl|linear|x_1 ..")]
    [InlineData("SELECT * FROM series WHERE nickname = 'ovl' OR nickname = 'linear'", "series ovl|linear ..")]
    [InlineData("SELECT * FROM series WHERE time BETWEEN 1262304000 AND 1262304008.5", "series any 1262304000..1262304008.5")]
    [InlineData("SELECT * FROM series WHERE 5 <= time AND time < 7 AND fap < 0.1 ORDER BY time LIMIT 3", "series any 5..6.999999999")]
    [InlineData("SELECT * FROM series WHERE time_ns >= 5::BIGINT * 1000000000 AND time_ns < 7000000000", "series any 5..6.999999999")]
    [InlineData("SELECT * FROM series WHERE time = 5 AND nickname = 'ovl' AND nickname = 'linear'", "")]
    [InlineData("SELECT * FROM series WHERE start >= 5 AND \"end\" <= 7", "series any 5..6.999999999")]
    [InlineData("SELECT * FROM series WHERE start = 5 AND \"end\" = 7", "series any 5..6.999999999")]
    [InlineData("SELECT * FROM series WHERE start <= 5 AND \"end\" >= 7", "series any ..")]
    [InlineData("SELECT * FROM series WHERE time > -1.5", "series any -1.5..")]
    // One reader of a view wants this, another that.
    [InlineData(
        "SELECT * FROM series a, series b WHERE a.nickname = 'x' AND b.nickname = 'y' AND a.time = b.time AND a.time BETWEEN 5 AND 6",
        "series x 5..6; series y 5..6")]
    [InlineData(
        "SELECT count(*) FROM (SELECT * FROM series WHERE time < 5 UNION ALL SELECT * FROM series WHERE time > 7) WHERE nickname = 'q'",
        "series q ..4.999999999; series q 7..")]
    [InlineData("SELECT * FROM series WHERE time > (SELECT max(seq) FROM products)", "products any ..; series any ..")]
    // What narrows nothing for certain narrows nothing.
    [InlineData("SELECT * FROM series WHERE nickname LIKE 'o%' OR time_ns = 5", "series any ..")]
    [InlineData("SELECT * FROM series WHERE NOT (nickname = 'ovl')", "series any ..")]
    [InlineData("SELECT * FROM series WHERE nickname <> 'ovl' AND nickname NOT IN ('a', 'b', 'c')", "series any ..")]
    [InlineData("SELECT * FROM series WHERE nickname = 'ovl' OR time < 5", "series any ..")]
    [InlineData("SELECT * FROM series WHERE nickname <> 'x AND time_ns<5 AND y' AND fap > 0.5", "series any ..")]
    [InlineData("SELECT * FROM series WHERE nickname <> 'it''s AND time_ns<5' AND fap > 0.5", "series any ..")]
    [InlineData("SELECT * FROM series WHERE time < fap", "series any ..")]
    [InlineData("SELECT * FROM series WHERE time_ns < random() * 100", "series any ..")]
    [InlineData(
        "SELECT a.* FROM products a LEFT JOIN series b ON a.seq = b.time AND b.time < 5", "products any ..; series any ..4.999999999")]
    [InlineData("SELECT 1", "")]
    [InlineData("SELECT count(*) FROM series LIMIT 0", "")]
    public void A_plan_tells_what_a_query_wants_of_which_view(string sql, string expected) => Assert.Equal(expected, Outline(sql));

    [Theory]
    [InlineData("SELECT 1; SELECT * FROM series")]
    [InlineData("SELECT FROM WHERE")]
    [InlineData("SELECT * FROM nothing")]
    [InlineData("EXPLAIN SELECT * FROM series")]
    public void What_has_no_plan_of_its_own_tells_nothing(string sql) => Assert.Null(Outline(sql));

    [Fact]
    public void Afterwards_the_optimizer_is_as_before()
    {
        Outline("SELECT count(*) FROM series");
        Assert.Equal("", connection.Scalar("SELECT current_setting('disabled_optimizers')"));
    }

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }
}
