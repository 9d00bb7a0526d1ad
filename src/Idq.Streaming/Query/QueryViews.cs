namespace Idq.Streaming;

/// <summary>The columns of what can be queried.</summary>
static class QueryViews
{
    const string Decimal = "DECIMAL(29,9)";

    /// <summary>The views whose rows stand in files, with what only they have.</summary>
    public static readonly RowView[] OfRows =
    [
        new(
            "quivers", "quiver",
            "label UTINYINT, weight DOUBLE, blind UTINYINT, window_rank DOUBLE, window_loglike DOUBLE, "
                + "window_loglike_deviation DOUBLE, window_pglitch DOUBLE"),
        new("series", "series", "ok UTINYINT"),
    ];

    /// <summary>Every view as a table "name (columns)".</summary>
    public static IEnumerable<string> Outlines =>
    [
        .. OfRows.Select(v => $"{v.Name} ({v.Columns})"),
        $"products (seq BIGINT, job VARCHAR, kind VARCHAR, nickname VARCHAR, path VARCHAR, sha256 VARCHAR, parents BIGINT[], "
            + $"attributes VARCHAR, first_row BIGINT, row_count BIGINT, start {Decimal}, \"end\" {Decimal})",
        $"metrics (run BIGINT, name VARCHAR, step BIGINT, key VARCHAR, value DOUBLE, text VARCHAR, gps {Decimal})",
    ];

    /// <summary>A column of nanoseconds as exact seconds.</summary>
    public static string At(string column) => $"(CAST({column} AS DECIMAL(19,0)) * CAST(0.000000001 AS DECIMAL(10,9)))";

    /// <summary>A view of the rows of files.</summary>
    /// <param name="Name">Of the view.</param>
    /// <param name="Kind">Of the products.</param>
    /// <param name="Own">Columns, with types, that only this kind has.</param>
    public sealed record RowView(string Name, string Kind, string Own)
    {
        const string Probabilities = "rank DOUBLE, fap DOUBLE, eff DOUBLE, loglike DOUBLE, loglike_deviation DOUBLE, pglitch DOUBLE";

        /// <summary>Columns of the view with their types.</summary>
        public string Columns => $"job VARCHAR, nickname VARCHAR, time {Decimal}, {Own}, {Probabilities}, start {Decimal}, "
            + $"\"end\" {Decimal}, time_ns BIGINT, model VARCHAR, map VARCHAR";

        /// <summary>Columns of the files with their types; files of earlier versions may lack some of them.</summary>
        public string FileColumns => $"nickname VARCHAR, start_ns BIGINT, end_ns BIGINT, time_ns BIGINT, {Own}, {Probabilities}, "
            + "model VARCHAR, map VARCHAR";

        /// <summary>The columns of the view out of those of the files.</summary>
        public string Select => $"job, nickname, {At("time_ns")} AS time, {Names(Own)}, {Names(Probabilities)}, "
            + $"{At("start_ns")} AS start, {At("end_ns")} AS \"end\", time_ns, model, map";

        static string Names(string columns) => string.Join(", ", columns.Split(", ").Select(c => c.Split(' ')[0]));
    }
}
