using System.Buffers;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

/// <summary>A column of every kind, with the values that are easily lost.</summary>
sealed class Sample
{
    const int Width = 3;

    static readonly string[] Names = ["H1:LSC-DARM_ERR", "naïve", "", "💥 and more than twelve bytes", "'quoted' \"too\""];

    readonly long[] longs;
    readonly double[] doubles;
    readonly byte[] bytes;
    readonly int[] codes;
    readonly double[] elements;

    internal Sample(int rows)
    {
        longs = Make(rows, i => i switch { 0 => long.MinValue, 1 => long.MaxValue, _ => 1126083726_000000000 + ((long)i * 62_500_000) });
        doubles = Make(rows, i => (i % 9) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => double.NegativeInfinity,
            3 => -0.0,
            4 => double.Epsilon,
            5 => double.MaxValue,
            6 => BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234),
            7 => BitConverter.Int64BitsToDouble(unchecked((long)0xFFF4_0000_0000_0001)),
            _ => Math.Sqrt(i),
        });
        bytes = Make(rows, i => (byte)(i * 31));
        codes = Make(rows, i => i % Names.Length);
        elements = Make(rows * Width, i => i % 4 == 0 ? double.NaN : i % 4 == 1 ? -0.0 : i / 3.0);
    }

    internal int Rows => longs.Length;

    internal IReadOnlyList<ParquetColumn> Columns() =>
    [
        ParquetColumn.Longs("long", longs),
        ParquetColumn.Doubles("double", doubles),
        ParquetColumn.Bytes("byte", bytes),
        ParquetColumn.Words("word", codes, Names),
        ParquetColumn.DoubleLists("list", Rows, Width, elements),
        ParquetColumn.DoubleLists("empty", Rows, 0, default),
    ];

    /// <summary>The file as DuckDB sees it.</summary>
    internal void AssertEqual(DuckConnection connection, string path)
    {
        var file = $"read_parquet({Sql.Text(path)})";
        using (var result = connection.Query($"SELECT long, double, byte, word FROM {file}"))
        {
            Assert.Equal("BIGINT DOUBLE UTINYINT VARCHAR", string.Join(' ', result.Columns.Select(c => c.Type)));
            var row = 0;
            while (result.Next() is { } chunk)
            {
                Assert.Equal(longs.AsSpan(row, chunk.Count), chunk.Longs(0));
                AssertBits(doubles.AsSpan(row, chunk.Count), chunk.Doubles(1));
                for (var i = 0; i < chunk.Count; i++)
                {
                    Assert.Equal((long)bytes[row + i], chunk.Value(2, i));
                    Assert.Equal(Names[codes[row + i]], chunk.Text(3, i));
                }
                row += chunk.Count;
            }
            Assert.Equal(Rows, row);
        }
        var at = 0;
        foreach (var row in connection.Query($"SELECT list, empty FROM {file}").Rows())
        {
            AssertBits(elements.AsSpan(Width * at++, Width), Assert.IsType<object?[]>(row[0]).Select(v => (double)v!).ToArray());
            Assert.Empty(Assert.IsType<object?[]>(row[1]));
        }
        Assert.Equal(Rows, at);
    }

    /// <summary>The file as our own reader sees it.</summary>
    internal void AssertRead(string path)
    {
        using var file = new ParquetFileReader(path);
        Assert.Equal(Rows, file.Rows);
        Assert.Equal(longs, Read<long>(file, "long"));
        AssertBits(doubles, Read<double>(file, "double"));
        Assert.Equal(bytes, Read<byte>(file, "byte"));
    }

    internal static T[] Read<T>(ParquetFileReader file, string column) where T : unmanaged
    {
        var buffer = new ArrayBufferWriter<T>();
        file.Read(column, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    internal static void AssertBits(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual) => Assert.Equal(
        System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(expected),
        System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(actual));

    static T[] Make<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}
