using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>What the Parquet files of quivers and of series have in common: whose stride it is, and what it was made of.</summary>
static class ParquetStride
{
    /// <summary>The columns with which every file begins: whose rows they are, of which stride, and when.</summary>
    public static IEnumerable<ParquetColumn> Begin(string nickname, Segment stride, long[] times)
    {
        ParquetColumn Same(string name, GpsTime time) =>
            ParquetColumn.Longs(name, Enumerable.Repeat(time.Nanoseconds, times.Length).ToArray());
        return
        [
            ParquetColumn.Words("nickname", new int[times.Length], [nickname]), Same("start_ns", stride.Start), Same("end_ns", stride.End),
            ParquetColumn.Longs("time_ns", times),
        ];
    }

    /// <summary>The columns that name the model and the map; of a map that there was not, the empty text.</summary>
    public static IEnumerable<ParquetColumn> Origin(int rows, string model, string map) =>
        [ParquetColumn.Words("model", new int[rows], [model]), ParquetColumn.Words("map", new int[rows], [map])];

    /// <summary>The metadata that every file has.</summary>
    public static Dictionary<string, string> Metadata(string format, string model, string map) => new(StringComparer.Ordinal)
    {
        ["format"] = format,
        ["version"] = "4",
        ["model"] = model,
        ["map"] = map,
    };
}
