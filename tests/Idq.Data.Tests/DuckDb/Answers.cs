using Idq.Data.DuckDb;

namespace Idq.Data.Tests.DuckDb;

/// <summary>Whole answers, for tests that do not read chunk by chunk.</summary>
static class Answers
{
    public static object?[][] Rows(this DuckConnection connection, string sql)
    {
        using var result = connection.Query(sql);
        return [.. result.Rows()];
    }

    /// <summary>The first column as the integers that it holds.</summary>
    public static long[] Longs(this DuckConnection connection, string sql) => [.. connection.Rows(sql).Select(r => (long)r[0]!)];

    /// <summary>The first column as texts.</summary>
    public static string?[] Texts(this DuckConnection connection, string sql) => [.. connection.Rows(sql).Select(r => (string?)r[0])];

    /// <summary>The first column converted to doubles.</summary>
    public static double[] Doubles(this DuckConnection connection, string sql)
    {
        var values = new List<double>();
        var part = new double[2048];
        foreach (var chunk in connection.Query(sql))
        {
            chunk.ToDoubles(0, part);
            values.AddRange(part.AsSpan(0, chunk.Count));
        }
        return [.. values];
    }
}
