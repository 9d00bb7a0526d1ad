namespace Idq.Data.DuckDb;

/// <summary>Pieces of SQL text, safely quoted.</summary>
public static class Sql
{
    /// <summary>A quoted identifier: any text can be a name.</summary>
    public static string Identifier(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    /// <summary>A quoted text literal.</summary>
    public static string Text(string value) => "'" + value.Replace("'", "''") + "'";

    /// <summary>A list of text literals, <c>['a', 'b']</c>; an empty one is typed, <c>[]::VARCHAR[]</c>.</summary>
    public static string TextList(IEnumerable<string> values)
    {
        var list = string.Join(", ", values.Select(Text));
        return list.Length == 0 ? "[]::VARCHAR[]" : "[" + list + "]";
    }

    /// <summary>
    /// An expression that turns GPS <em>seconds</em>, whatever their type, into GPS <em>nanoseconds</em> as BIGINT.
    /// Text, DECIMAL and integers are exact to the nanosecond (further digits round half away from zero); FLOAT and DOUBLE give the
    /// nanosecond nearest to the number that they really hold: the double written 1126083726.9 holds 1126083726.900000095….
    /// Text that is no number and times beyond 64 bits (about ±292 years) are errors; NULL stays NULL.
    /// </summary>
    /// <param name="expression">A column, quoted by <see cref="Identifier"/>, or any expression; it is evaluated more than once.</param>
    public static string GpsNanoseconds(string expression)
    {
        // The fraction of a double is exact; times 1e9 it is off by less than 1e-7 ns. A product of the whole would be off by 128 ns.
        var number = $"CAST({expression} AS DOUBLE)";
        var whole = $"floor({number})";
        // DuckDB takes 45 µs for a cast of text to a decimal of 128 bits, so that digits in their plain form are taken apart instead.
        var text = $"CAST({expression} AS VARCHAR)";
        return $"(CASE WHEN typeof({expression}) IN ('DOUBLE', 'FLOAT') "
            + $"THEN CAST({whole} AS BIGINT) * 1000000000 + CAST(round(({number} - {whole}) * 1e9) AS BIGINT) "
            + $"WHEN typeof({expression}) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', "
            + "'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT') "
            + $"THEN CAST({expression} AS BIGINT) * 1000000000 "
            + $"WHEN regexp_full_match({text}, '[0-9]{{1,10}}(\\.[0-9]{{0,9}})?') "
            + $"THEN CAST(split_part({text}, '.', 1) AS BIGINT) * 1000000000 + CAST(rpad(split_part({text}, '.', 2), 9, '0') AS BIGINT) "
            + $"ELSE CAST(CAST({expression} AS DECIMAL(28, 9)) * 1000000000 AS BIGINT) END)";
    }
}
