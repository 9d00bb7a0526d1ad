using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

public sealed class CreateTableTests : IDisposable
{
    readonly DuckDatabase database = DuckDatabase.Open();
    readonly DuckConnection connection;

    public CreateTableTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
    }

    [Fact]
    public void A_table_has_the_columns_that_it_was_given()
    {
        connection.CreateTable(
            "all \"kinds\"",
            [
                DuckColumn.Longs("l", new long[] { 1, 2 }),
                DuckColumn.Doubles("d", new[] { 0.5, -0.0 }),
                DuckColumn.Floats("f", new[] { 1.5f, 2 }),
                DuckColumn.Ints("i", new[] { -1, 1 }),
                DuckColumn.Bytes("b", new byte[] { 0, 255 }),
                DuckColumn.Bools("t", new[] { true, false }),
                DuckColumn.Texts("s", ["ü", null]),
                DuckColumn.Words("w", new[] { 1, -1 }, ["zero", "one"]),
                DuckColumn.DoubleLists("x", new long[] { 0, 0, 2 }, new[] { 1.0, 2 }),
            ]);
        using var result = connection.Query("FROM \"all \"\"kinds\"\"\"");
        Assert.Equal(
            "BIGINT DOUBLE FLOAT INTEGER UTINYINT BOOLEAN VARCHAR VARCHAR DOUBLE[]",
            string.Join(' ', result.Columns.Select(c => c.Type))
        );
        var rows = result.Rows().ToArray();
        Assert.Equal([1L, 0.5, 1.5, -1L, 0L, true, "ü", "one", Array.Empty<object?>()], rows[0]);
        Assert.Equal([2L, -0.0, 2.0, 1L, 255L, false, null, null, new object?[] { 1.0, 2.0 }], rows[1]);
    }

    [Fact]
    public void The_values_are_copied()
    {
        var values = new long[] { 1, 2, 3 };
        connection.CreateTable("t", [DuckColumn.Longs("x", values)]);
        values[0] = 99;
        Assert.Equal([1L, 2, 3], connection.Table("FROM t").Longs("x"));
    }

    [Fact]
    public void A_slice_of_an_array_is_a_column()
    {
        var values = Enumerable.Range(0, 10).Select(i => (long)i).ToArray();
        connection.CreateTable("t", [DuckColumn.Longs("x", values.AsMemory(3, 4))]);
        Assert.Equal([3L, 4, 5, 6], connection.Table("FROM t").Longs("x"));
    }

    [Fact]
    public void A_table_made_again_is_replaced_even_with_other_columns()
    {
        connection.CreateTable("t", [DuckColumn.Longs("x", new long[] { 1 })]);
        connection.CreateTable("t", [DuckColumn.Texts("y", ["a", "b"])]);
        Assert.Equal((string?[])["a", "b"], connection.Table("FROM t").Texts("y"));
    }

    [Fact]
    public void Nothing_but_the_table_is_left_behind()
    {
        connection.CreateTable("t", [DuckColumn.Longs("x", new long[] { 1 })]);
        Assert.Equal((string?[])["t"], connection.Table("SHOW ALL TABLES").Texts("name"));
    }

    [Fact]
    public void Absent_rows_are_null_at_any_place_in_a_long_column()
    {
        const int rows = 250_000;
        var present = new bool[rows];
        var values = new double[rows];
        for (var i = 0; i < rows; i++)
            (present[i], values[i]) = (i % 7 != 3, i);
        connection.CreateTable("t", [DuckColumn.Doubles("x", values, present), DuckColumn.Bools("b", present, present)]);
        var table = connection.Table("FROM t");
        Assert.Equal(present, table.Present("x")!);
        Assert.Equal(values.Select((v, i) => present[i] ? v : double.NaN), table.Doubles("x"));
        Assert.Equal(0L, connection.Scalar("SELECT count(*) FROM t WHERE NOT b"));
        Assert.Equal(present, table.Present("b")!);
    }

    [Fact]
    public void Columns_that_do_not_fit_together_are_refused_by_name()
    {
        Assert.Throws<ArgumentException>(() => connection.CreateTable("t", []));
        var uneven = Assert.Throws<ArgumentException>(
            () => connection.CreateTable("t", [DuckColumn.Longs("a", new long[3]), DuckColumn.Longs("b", new long[4])]));
        Assert.Contains("'b' has 4 rows", uneven.Message);
        var twins = Assert.Throws<ArgumentException>(
            () => connection.CreateTable("t", [DuckColumn.Longs("Snr", new long[3]), DuckColumn.Longs("snr", new long[3])]));
        Assert.Contains("Two columns are called 'snr'", twins.Message);
    }

    [Fact]
    public void Columns_that_contradict_themselves_are_refused()
    {
        Assert.Throws<ArgumentException>(() => DuckColumn.Longs("a", new long[3], new bool[2]));
        Assert.Throws<ArgumentException>(() => DuckColumn.DoubleLists("a", new long[] { 0, 3 }, new double[2]));
        Assert.Throws<ArgumentException>(() => DuckColumn.DoubleLists("a", new long[] { 2, 1 }, new double[2]));
        Assert.Throws<ArgumentException>(() => DuckColumn.DoubleLists("a", Array.Empty<long>(), new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DuckColumn.Words("a", new[] { 2 }, ["zero", "one"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DuckColumn.Words("a", new[] { -2 }, ["zero", "one"]));
    }

    [Fact]
    public void A_cancelled_copy_leaves_no_table()
    {
        Assert.Throws<OperationCanceledException>(
            () => connection.CreateTable("t", [DuckColumn.Longs("x", new long[10])], new CancellationToken(true)));
        Assert.Empty(connection.Table("SHOW ALL TABLES").Texts("name"));
    }

    [Fact]
    public void In_a_transaction_that_has_failed_the_failure_is_what_is_told()
    {
        connection.Execute("BEGIN");
        Assert.Throws<DuckException>(() => connection.Execute("SELECT 'x'::INTEGER"));
        Assert.Throws<DuckException>(() => connection.CreateTable("t", [DuckColumn.Longs("x", new long[10])]));
        connection.Execute("ROLLBACK");
        connection.CreateTable("t", [DuckColumn.Longs("x", new long[10])]);
        Assert.Equal(10L, connection.Scalar("SELECT count(*) FROM t"));
    }
}
