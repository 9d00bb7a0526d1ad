using System.Collections;
using NodaTime;

namespace Idq.Tracking.Tests;

public sealed class ValueTests
{
    [Fact]
    public void Objects_of_the_runtime_become_values()
    {
        var id = Guid.NewGuid();
        (object? From, StreamValue To)[] pairs =
        [
            (null, StreamValue.Null),
            (true, true),
            ((sbyte)-1, -1),
            (ushort.MaxValue, 65535),
            (ulong.MaxValue / 2, long.MaxValue),
            (0.1f, (double)0.1f),
            ((Half)0.5, 0.5),
            ('x', "x"),
            (new byte[] { 1 }, new byte[] { 1 }),
            (id, id),
            (new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), Instant.FromUtc(2026, 1, 2, 1, 4, 5)),
            (new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Instant.FromUtc(2026, 1, 2, 3, 4, 5)),
            (new object?[] { 1, "a", null }, StreamValue.List(1, "a", StreamValue.Null)),
            ((1, "b"), StreamValue.List(1, "b")),
            (new HashSet<int> { 3, 4 }, StreamValue.Set(4, 3)),
            (
                new Dictionary<string, object?> { ["a"] = 1, ["b"] = new[] { 2.5 } },
                StreamValue.Map(KeyValuePair.Create("a", (StreamValue)1), KeyValuePair.Create("b", (StreamValue)new[] { 2.5 }))
            ),
            (new Hashtable { ["a"] = 1 }, StreamValue.Map(KeyValuePair.Create("a", (StreamValue)1))),
            (
                new double[2, 2]
                {
                    { 1, 2 },
                    { 3, 4 },
                },
                NumericArray.Create(NumericType.Float64, [2, 2], NumericArray.Of([1.0, 2, 3, 4]).Data)
            ),
            (new uint[] { 7 }, NumericArray.Create(NumericType.UInt32, [1], [7, 0, 0, 0])),
        ];
        foreach (var (from, to) in pairs)
        {
            Assert.Equal(to, StreamValue.From(from));
            Assert.Equal(to.GetHashCode(), StreamValue.From(from).GetHashCode());
        }
    }

    [Fact]
    public void Everything_else_is_refused_and_nothing_of_it_is_run()
    {
        object[] refused =
        [
            new Version(1, 0),
            (Action)(() => throw new InvalidOperationException()),
            typeof(string),
            new object(),
            1.5m,
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local),
            new Hashtable { [1] = 2 },
            Lazy(),
        ];
        foreach (object value in refused)
            Assert.Equal(DataStreamFailure.UnsupportedType, Assert.Throws<DataStreamException>(() => StreamValue.From(value)).Failure);
        Assert.Equal(DataStreamFailure.InvalidValue, Assert.Throws<DataStreamException>(() => StreamValue.From(ulong.MaxValue)).Failure);
        var endless = new List<object>();
        endless.Add(endless);
        Assert.Equal(DataStreamFailure.InvalidValue, Assert.Throws<DataStreamException>(() => StreamValue.From(endless)).Failure);

        static IEnumerable<int> Lazy()
        {
            yield return Enumerable.Empty<int>().First();
        }
    }

    [Fact]
    public void Times_are_cut_to_the_microsecond_towards_the_past()
    {
        Assert.Equal(1, ((StreamValue)Instant.FromUnixTimeTicks(19)).AsMicros());
        Assert.Equal(-2, ((StreamValue)Instant.FromUnixTimeTicks(-11)).AsMicros());
        Assert.Equal(5_000_000, ((StreamValue)Instant.FromUnixTimeSeconds(5)).AsMicros());
        Assert.Throws<DataStreamException>(() => StreamValue.Micros(long.MaxValue));
    }

    [Fact]
    public void Doubles_are_compared_by_their_bits_and_never_equal_integers()
    {
        Assert.Equal(double.NaN, (StreamValue)double.NaN);
        Assert.NotEqual(0.0, (StreamValue)(-0.0));
        Assert.NotEqual((StreamValue)1, (StreamValue)1.0);
        Assert.Throws<InvalidOperationException>(() => ((StreamValue)1).AsDouble());
        Assert.Equal(1.0, ((StreamValue)1).ToDouble());
        Assert.Equal(double.NaN, ((StreamValue)"1").ToDouble());
    }

    [Fact]
    public void Json_is_what_sql_can_read() =>
        Assert.Equal(
            """{"x":1.0,"n":9007199254740993,"$$a":[true,null,-0.0,1E+300],"nan":{"$double":"NaN"},"""
                + "\"t\":{\"$instant\":\"2026-01-02T03:04:05.000006Z\"}}",
            StreamValueJson.Text(
                RecordValues.Of(
                    ("x", 1.0),
                    ("n", 9007199254740993),
                    ("$a", StreamValue.List(true, StreamValue.Null, -0.0, 1e300)),
                    ("nan", double.NaN),
                    ("t", Instant.FromUtc(2026, 1, 2, 3, 4, 5) + Duration.FromTicks(69))
                )
            )
        );

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"a\":{\"$set\":1}}")]
    [InlineData("{\"a\":{\"$code\":\"x\"}}")]
    [InlineData("{\"a\":{\"$array\":{\"type\":\"Float64\",\"shape\":[3],\"data\":\"AA==\"}}}")]
    [InlineData("{\"a\":{\"$instant\":\"yesterday\"}}")]
    [InlineData("{\"a\":99999999999999999999}")]
    [InlineData("{\"idx\":1}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void Json_that_is_no_row_is_refused(string json) => Assert.Throws<DataStreamException>(() => StreamValueJson.ParseRow(json));

    [Fact]
    public void Columns_of_a_table_have_one_length_and_one_name_each()
    {
        Assert.Throws<DataStreamException>(() =>
            new StreamTable(
                KeyValuePair.Create("a", (IReadOnlyList<StreamValue>)[1]),
                KeyValuePair.Create("a", (IReadOnlyList<StreamValue>)[1])
            )
        );
        Assert.Throws<DataStreamException>(() =>
            new StreamTable(
                KeyValuePair.Create("a", (IReadOnlyList<StreamValue>)[1]),
                KeyValuePair.Create("b", (IReadOnlyList<StreamValue>)[])
            )
        );
        Assert.Throws<DataStreamException>(() => NumericArray.Create(NumericType.Int32, [2], new byte[7]));
        Assert.Throws<DataStreamException>(() => NumericArray.Create(NumericType.Int32, [1 << 20, 1 << 20], []));
        Assert.Equal(0, NumericArray.Create(NumericType.Int32, [1 << 20, 0, 1 << 20], []).Count);
    }
}
