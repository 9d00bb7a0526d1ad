using System.Buffers;
using Idq.Data.DuckDb;
using Idq.Data.Parquet;

namespace Idq.Streaming.Tests.Products;

/// <summary>A Parquet file as its readers see it: columns through our reader, names and texts through SQL.</summary>
sealed class ParquetTable(string path) : IDisposable
{
    readonly ParquetFileReader reader = new(path);

    public IReadOnlyDictionary<string, string> Metadata => reader.Metadata;

    public string[] Columns
    {
        get
        {
            using var database = DuckDatabase.Open();
            using var connection = database.Connect();
            using var result = connection.Query($"SELECT * FROM read_parquet('{path}') LIMIT 0");
            return [.. result.Columns.Select(c => c.Name)];
        }
    }

    public int Rows => (int)reader.Rows;

    public double[][] DoubleLists(string column)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        var rows = $"SELECT row_number() OVER () AS i, {column} FROM read_parquet('{path}')";
        using var result = connection.Query($"SELECT i, unnest({column}) FROM ({rows})");
        return [.. result.Rows().GroupBy(r => r[0], r => (double)r[1]!).Select(g => g.ToArray())];
    }

    public double[] Doubles(string column) => Read<double>(column);

    public long[] Longs(string column) => Read<long>(column);

    public byte[] Bytes(string column) => Read<byte>(column);

    public string[] Texts(string expression, string where = "true")
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        using var result = connection.Query($"SELECT {expression} FROM read_parquet('{path}') WHERE {where}");
        return [.. result.Rows().Select(r => (string)r[0]!)];
    }

    public void Dispose() => reader.Dispose();

    T[] Read<T>(string column)
        where T : unmanaged
    {
        var buffer = new ArrayBufferWriter<T>();
        reader.Read(column, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
