using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Data.Tests.Parquet;

public sealed class ParquetWriterTests : IDisposable
{
    private readonly DuckDatabase _database = DuckDatabase.Open(new DuckOptions { Threads = 2 });
    private readonly string _folder = Directory.CreateTempSubdirectory("parquet").FullName;

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(122_880)]
    [InlineData(300_001)]
    public void Every_type_of_column_comes_back_as_it_was_written(int rows)
    {
        var longs = new long[rows];
        var doubles = new double[rows];
        var texts = new string?[rows];
        for (var i = 0; i < rows; i++)
        {
            longs[i] = i switch { 0 => long.MinValue, 1 => long.MaxValue, _ => i };
            doubles[i] = (i % 6) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, 3 => -0.0, _ => 1.0 / i };
            texts[i] = (i % 5) switch { 0 => null, 1 => "", 2 => "Größe \0 💥 'quoted' \"too\"", _ => $"channel {i % 100}" };
        }

        var path = Path.Combine(_folder, "all.parquet");
        using var writer = new ParquetWriter(_database);
        writer.Write(path, [DuckColumn.Longs("time", longs), DuckColumn.Doubles("snr", doubles), DuckColumn.Texts("name", texts)]);

        using var reader = new ParquetReader(_database);
        var table = reader.Read(path);
        Assert.Equal(rows, table.Count);
        Assert.Equal(longs, table.Longs("time"));
        Assert.Equal(doubles.Select(BitConverter.DoubleToInt64Bits), table.Doubles("snr").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(texts, table.Texts("name"));
    }
}
