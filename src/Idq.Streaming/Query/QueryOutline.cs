using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Idq.Data.DuckDb;

namespace Idq.Streaming;

/// <summary>What a query wants of one view: every row that it can need has one of these nicknames and is in this stretch of time.</summary>
/// <param name="Nicknames">Null for any.</param>
/// <param name="StartNs">The earliest instant, GPS nanoseconds.</param>
/// <param name="EndNs">The latest instant (inclusive), GPS nanoseconds.</param>
sealed record ViewDemand(IReadOnlyCollection<string>? Nicknames, long StartNs, long EndNs)
{
    /// <summary>Everything.</summary>
    public static ViewDemand All { get; } = new(null, long.MinValue, long.MaxValue);
}

/// <summary>
/// Finds out what a query wants before any file is opened: DuckDB plans it over empty tables that look like the views, and the plan says
/// which of them are read and by which conditions on nickname and time. Conditions in another form narrow nothing; the query itself
/// applies all of them in the end.
/// </summary>
static partial class QueryOutline
{
    // What would use that the tables are empty, or reads a table twice.
    const string Misleading = "statistics_propagation,empty_result_pullup,late_materialization,top_n_window_elimination,row_group_pruner,"
        + "join_filter_pushdown";

    const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>
    /// The views that a query reads, each with what is wanted of it by any part of the query; null when that cannot be told.
    /// </summary>
    /// <param name="connection">A connection whose tables look like the views.</param>
    /// <param name="sql">The query.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<ViewDemand>>? Of(DuckConnection connection, string sql)
    {
        // Of several statements all but the first would be run.
        if (sql.AsSpan().TrimEnd().TrimEnd(';').Contains(';')) return null;
        try
        {
            var demands = new Dictionary<string, List<ViewDemand>>(StringComparer.Ordinal);
            using var plan = JsonDocument.Parse(Plan(connection, sql));
            Collect(plan.RootElement, demands);
            return demands.ToDictionary(d => d.Key, IReadOnlyList<ViewDemand> (d) => d.Value, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is DuckException or JsonException or KeyNotFoundException)
        {
            // Something that has no plan: the query runs over everything, and says itself what is wrong with it.
            return null;
        }
    }

    static string Plan(DuckConnection connection, string sql)
    {
        connection.Execute($"SET disabled_optimizers = '{Misleading}'");
        try
        {
            using var result = connection.Query($"EXPLAIN (FORMAT json) {sql}");
            return string.Concat(result.Rows().Select(row => (string)row[1]!));
        }
        finally
        {
            // It is a setting of the whole database.
            connection.Execute("RESET disabled_optimizers");
        }
    }

    static void Collect(JsonElement element, Dictionary<string, List<ViewDemand>> demands)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Collect(item, demands);
            return;
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        if (element.TryGetProperty("extra_info", out var info) && info.ValueKind == JsonValueKind.Object
            && info.TryGetProperty("Table", out var table))
        {
            var name = table.GetString()!.Split('.')[^1];
            if (!demands.TryGetValue(name, out var list)) demands.Add(name, list = []);
            list.Add(info.TryGetProperty("Filters", out var filters) ? Demand(Texts(filters)) : ViewDemand.All);
        }
        if (element.TryGetProperty("children", out var children)) Collect(children, demands);
    }

    static IEnumerable<string> Texts(JsonElement filters) =>
        filters.ValueKind == JsonValueKind.Array ? filters.EnumerateArray().Select(f => f.GetString()!) : [filters.GetString()!];

    static ViewDemand Demand(IEnumerable<string> filters)
    {
        var demand = ViewDemand.All;
        foreach (var condition in filters.SelectMany(Conjuncts)) demand = Narrow(demand, condition);
        return demand;
    }

    static ViewDemand Narrow(ViewDemand demand, string condition)
    {
        if (Time().Match(condition) is { Success: true } time)
        {
            var unit = time.Groups["column"].Value == "time_ns" ? 1 : GpsTime.NanosecondsPerSecond;
            if (!decimal.TryParse(time.Groups["value"].Value, Number, CultureInfo.InvariantCulture, out var value)) return demand;
            if (value * unit is not (> long.MinValue and < long.MaxValue and var at)) return demand;
            var (column, comparison) = (time.Groups["column"].Value, time.Groups["comparison"].Value);
            if (column != "end" && comparison[0] != '<') demand = demand with { StartNs = Math.Max(demand.StartNs, (long)Math.Floor(at)) };
            // A time is before the end of its stride.
            var last = comparison == "<" || column == "end" ? (long)Math.Ceiling(at) - 1 : (long)Math.Floor(at);
            if (column != "start" && comparison[0] != '>') demand = demand with { EndNs = Math.Min(demand.EndNs, last) };
            return demand;
        }
        if (!Names().IsMatch(condition)) return demand;
        var names = Name().Matches(condition).Select(m => m.Groups[1].Value).ToArray();
        return demand with { Nicknames = demand.Nicknames is { } others ? [.. others.Intersect(names, StringComparer.Ordinal)] : names };
    }

    // Divides at AND outside of quotes and parentheses. Without a balance nothing is told from it.
    static List<string> Conjuncts(string filter)
    {
        var (parts, depth, isQuoted, start) = (new List<string>(), 0, false, 0);
        filter = Unwrapped(filter);
        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] == '\'') isQuoted = !isQuoted;
            if (isQuoted) continue;
            if (filter[i] == '(') depth++;
            if (filter[i] == ')') depth--;
            if (depth == 0 && filter.AsSpan(i).StartsWith(" AND "))
            {
                parts.Add(filter[start..i]);
                start = i + 5;
            }
        }
        if (isQuoted || depth != 0) return [];
        parts.Add(filter[start..]);
        return parts.ConvertAll(Unwrapped);
    }

    // Without the mark of a condition that may be left out, and without parentheses around the whole.
    static string Unwrapped(string condition)
    {
        condition = Optional().Replace(condition, "");
        return Wrapped().Match(condition) is { Success: true } match ? match.Groups[1].Value : condition;
    }

    [GeneratedRegex("^optional: ")]
    internal static partial Regex Optional();

    // One pair of parentheses around text in which they balance.
    [GeneratedRegex(@"^\(((?>[^()]+|(?<open>\()|(?<-open>\)))*(?(open)(?!)))\)$")]
    internal static partial Regex Wrapped();

    // Of start and end of a stride only what bounds the times in it as well: time < end, and start <= time.
    [GeneratedRegex("^(?:(?<column>time|time_ns) ?(?<comparison>>=|<=|>|<|=)|(?<column>start) ?(?<comparison>>=|>|=)"
        + "|\"?(?<column>end)\"? ?(?<comparison><=|<|=)) ?(?<value>-?[0-9.]+)$")]
    internal static partial Regex Time();

    [GeneratedRegex(@"^(\(?nickname ?= ?'[A-Za-z0-9_]*'\)?( OR \(?nickname ?= ?'[A-Za-z0-9_]*'\)?)*"
        + @"|nickname IN \('[A-Za-z0-9_]*'(, '[A-Za-z0-9_]*')*\))$")]
    internal static partial Regex Names();

    [GeneratedRegex("'([A-Za-z0-9_]*)'")]
    internal static partial Regex Name();
}
