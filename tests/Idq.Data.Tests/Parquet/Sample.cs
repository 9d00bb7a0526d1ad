using Idq.Data.DuckDb;

namespace Idq.Data.Tests.Parquet;

/// <summary>A column of every kind, with the values that are easily lost.</summary>
sealed class Sample
{
    static readonly string[] Words = ["H1:LSC-DARM_ERR", "naïve", "", "💥 and more than twelve bytes"];

    readonly long[] longs;
    readonly double[] doubles;
    readonly float[] floats;
    readonly int[] ints;
    readonly byte[] bytes;
    readonly bool[] bools;
    readonly bool[] present;
    readonly string?[] texts;
    readonly int[] codes;
    readonly long[] offsets;
    readonly double[] elements;

    internal Sample(int rows)
    {
        longs = Make(rows, i => i switch { 0 => long.MinValue, 1 => long.MaxValue, _ => 1126083726_000000000 + ((long)i * 62_500_000) });
        doubles = Make(rows, i => (i % 7) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => double.NegativeInfinity,
            3 => -0.0,
            4 => double.Epsilon,
            5 => double.MaxValue,
            _ => Math.Sqrt(i),
        });
        floats = Make(rows, i => (i % 3) switch { 0 => float.NaN, 1 => -0.0f, _ => 1f / i });
        ints = Make(rows, i => i switch { 0 => int.MinValue, 1 => int.MaxValue, _ => i });
        bytes = Make(rows, i => (byte)(i * 31));
        bools = Make(rows, i => i % 3 == 1);
        present = Make(rows, i => i % 11 != 4);
        texts = Make(rows, i => (i % 5) switch { 0 => null, 1 => "", 2 => "Größe \0 💥 'quoted' \"too\"", _ => $"text {i}" });
        codes = Make(rows, i => (i % 6) - 1 < Words.Length ? (i % 6) - 1 : 0);
        offsets = Make(rows + 1, i => i / 2 * 3L);
        elements = Make((int)offsets[rows], i => i % 4 == 0 ? double.NaN : i / 3.0);
    }

    internal IReadOnlyList<DuckColumn> Columns() =>
        [
            DuckColumn.Longs("long", longs),
            DuckColumn.Doubles("double", doubles),
            DuckColumn.Floats("float", floats),
            DuckColumn.Ints("int", ints),
            DuckColumn.Bytes("byte", bytes),
            DuckColumn.Bools("bool", bools),
            DuckColumn.Texts("text", texts),
            DuckColumn.Words("word", codes, Words),
            DuckColumn.DoubleLists("list", offsets, elements),
            DuckColumn.Longs("sparse", longs, present),
        ];

    internal void AssertEqual(DuckTable table)
    {
        Assert.Equal(longs.Length, table.Count);
        Assert.Equal(longs, table.Longs("long"));
        Assert.Equal(doubles.Select(BitConverter.DoubleToInt64Bits), table.Doubles("double").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(floats.Select(BitConverter.SingleToInt32Bits), table.Floats("float").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(ints, table.Ints("int"));
        Assert.Equal(bytes, table.Bytes("byte"));
        Assert.Equal(bools, table.Bools("bool"));
        Assert.Equal(texts, table.Texts("text"));
        Assert.Equal(codes.Select(c => c < 0 ? null : Words[c]), table.Texts("word"));
        var lists = table.DoubleLists("list");
        Assert.Equal(offsets, lists.Offsets);
        Assert.Equal(elements, lists.Values);
        Assert.Equal(longs.Select((v, i) => present[i] ? v : -1), table.Longs("sparse", whereNull: -1));
    }

    static T[] Make<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}
