using Idq.Data.DuckDb;

namespace Idq.Data.Tests.Parquet;

/// <summary>A column of every kind, with the values that are easily lost.</summary>
internal sealed class Sample
{
    private static readonly string[] s_words = ["H1:LSC-DARM_ERR", "naïve", "", "💥 and more than twelve bytes"];

    private readonly long[] _longs;
    private readonly double[] _doubles;
    private readonly float[] _floats;
    private readonly int[] _ints;
    private readonly byte[] _bytes;
    private readonly bool[] _bools;
    private readonly bool[] _present;
    private readonly string?[] _texts;
    private readonly int[] _codes;
    private readonly long[] _offsets;
    private readonly double[] _elements;

    internal Sample(int rows)
    {
        _longs = Make(rows, i => i switch { 0 => long.MinValue, 1 => long.MaxValue, _ => 1126083726_000000000 + ((long)i * 62_500_000) });
        _doubles = Make(rows, i => (i % 7) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => double.NegativeInfinity,
            3 => -0.0,
            4 => double.Epsilon,
            5 => double.MaxValue,
            _ => Math.Sqrt(i),
        });
        _floats = Make(rows, i => (i % 3) switch { 0 => float.NaN, 1 => -0.0f, _ => 1f / i });
        _ints = Make(rows, i => i switch { 0 => int.MinValue, 1 => int.MaxValue, _ => i });
        _bytes = Make(rows, i => (byte)(i * 31));
        _bools = Make(rows, i => i % 3 == 1);
        _present = Make(rows, i => i % 11 != 4);
        _texts = Make(rows, i => (i % 5) switch { 0 => null, 1 => "", 2 => "Größe \0 💥 'quoted' \"too\"", _ => $"text {i}" });
        _codes = Make(rows, i => (i % 6) - 1 < s_words.Length ? (i % 6) - 1 : 0);
        _offsets = Make(rows + 1, i => i / 2 * 3L);
        _elements = Make((int)_offsets[rows], i => i % 4 == 0 ? double.NaN : i / 3.0);
    }

    internal IReadOnlyList<DuckColumn> Columns() =>
    [
        DuckColumn.Longs("long", _longs), DuckColumn.Doubles("double", _doubles), DuckColumn.Floats("float", _floats), DuckColumn.Ints("int", _ints),
        DuckColumn.Bytes("byte", _bytes), DuckColumn.Bools("bool", _bools), DuckColumn.Texts("text", _texts), DuckColumn.Words("word", _codes, s_words),
        DuckColumn.DoubleLists("list", _offsets, _elements), DuckColumn.Longs("sparse", _longs, _present),
    ];

    internal void AssertEqual(DuckTable table)
    {
        Assert.Equal(_longs.Length, table.Count);
        Assert.Equal(_longs, table.Longs("long"));
        Assert.Equal(_doubles.Select(BitConverter.DoubleToInt64Bits), table.Doubles("double").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(_floats.Select(BitConverter.SingleToInt32Bits), table.Floats("float").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(_ints, table.Ints("int"));
        Assert.Equal(_bytes, table.Bytes("byte"));
        Assert.Equal(_bools, table.Bools("bool"));
        Assert.Equal(_texts, table.Texts("text"));
        Assert.Equal(_codes.Select(c => c < 0 ? null : s_words[c]), table.Texts("word"));
        var lists = table.DoubleLists("list");
        Assert.Equal(_offsets, lists.Offsets);
        Assert.Equal(_elements, lists.Values);
        Assert.Equal(_longs.Select((v, i) => _present[i] ? v : -1), table.Longs("sparse", whereNull: -1));
    }

    private static T[] Make<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}
