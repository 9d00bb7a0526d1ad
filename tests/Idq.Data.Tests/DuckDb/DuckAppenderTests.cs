using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class DuckAppenderTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public DuckAppenderTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void Rows_are_in_the_table_as_they_were_added()
    {
        connection.Execute("CREATE TABLE t (l BIGINT, d DOUBLE, s VARCHAR)");
        using (var rows = connection.Append("t"))
        {
            rows.Add(long.MinValue).Add(-0.0).Add("").EndRow();
            rows.Add(long.MaxValue).Add(double.NaN).Add("naïve \0 'text'; DROP TABLE t; -- 💥").EndRow();
            rows.Add((long?)null).Add((double?)null).Add((string?)null).EndRow();
            rows.Close();
        }
        var read = connection.Rows("FROM t");
        Assert.Equal([long.MinValue, -0.0, ""], read[0]);
        Assert.True(double.IsNegative((double)read[0][1]!));
        Assert.Equal([long.MaxValue, double.NaN, "naïve \0 'text'; DROP TABLE t; -- 💥"], read[1]);
        Assert.Equal([null, null, null], read[2]);
    }

    [Fact]
    public void More_rows_than_a_chunk_holds_keep_their_order()
    {
        connection.Execute("CREATE TABLE t (l BIGINT, s VARCHAR)");
        using var rows = connection.Append("t");
        for (var i = 0L; i < 300_000; i++) rows.Add(i).Add(i % 7 == 3 ? null : $"text number {i}").EndRow();
        rows.Close();
        var expected = 0L;
        foreach (var chunk in connection.Query("FROM t"))
        {
            for (var row = 0; row < chunk.Count; row++, expected++)
            {
                Assert.Equal(expected, chunk.Longs(0)[row]);
                Assert.Equal(expected % 7 == 3 ? null : $"text number {expected}", chunk.Text(1, row));
            }
        }
        Assert.Equal(300_000, expected);
    }

    [Fact]
    public void A_table_that_got_no_rows_is_empty()
    {
        connection.Execute("CREATE TABLE t (l BIGINT)");
        using (var rows = connection.Append("t")) rows.Close();
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void Text_that_is_no_valid_UTF_16_gets_replacement_characters()
    {
        connection.Execute("CREATE TABLE t (s VARCHAR)");
        using (var rows = connection.Append("t"))
        {
            rows.Add("a\ud800b").EndRow();
            rows.Close();
        }
        Assert.Equal("a\ufffdb", connection.Scalar("FROM t"));
    }

    [Fact]
    public void A_table_that_is_not_there_is_named() =>
        Assert.Contains("nowhere", Assert.Throws<DuckException>(() => connection.Append("nowhere")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_row_that_lacks_a_value_is_refused()
    {
        connection.Execute("CREATE TABLE t (a BIGINT, b BIGINT)");
        using var rows = connection.Append("t");
        rows.Add(1);
        Assert.Throws<DuckException>(rows.EndRow);
    }

    [Fact]
    public void A_value_that_the_column_does_not_take_is_refused()
    {
        connection.Execute("CREATE TABLE t (a BIGINT)");
        using var rows = connection.Append("t");
        Assert.Contains("no number", Assert.Throws<DuckException>(() => rows.Add("no number")).Message, StringComparison.Ordinal);
    }
}
