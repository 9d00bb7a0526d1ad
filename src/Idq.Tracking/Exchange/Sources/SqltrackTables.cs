using System.Globalization;
using System.Text;
using NodaTime;

namespace Idq.Tracking;

/// <summary>A table as PostgreSQL prints it: every value as its text.</summary>
/// <param name="Columns">Names and SQL types of the columns.</param>
/// <param name="Rows">The rows, read anew at every enumeration; null for NULL.</param>
sealed record TextTable(IReadOnlyList<(string Name, string Type)> Columns, IEnumerable<string?[]> Rows)
{
    /// <summary>The place of a column, or -1.</summary>
    public int this[string name] => Columns.ToList().FindIndex(c => c.Name == name);
}

/// <summary>
/// Reads what SQLTrack keeps, from a database or a dump: experiments, runs, links, and the wide metrics with the columns that its users
/// added. Runs have only numbers there, so that their uids are made of the experiment's name, the number and the time.
/// </summary>
static class SqltrackTables
{
    /// <summary>Its records.</summary>
    /// <param name="table">A table by name, or null.</param>
    /// <param name="source">What messages call the source.</param>
    public static IEnumerable<ExchangeRecord> Read(Func<string, TextTable?> table, string source)
    {
        var experiments = Required("experiments");
        var runs = Required("runs");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);

        var experimentOf = Getter(experiments);
        var made = new List<(Instant Created, long Id, ExportedExperiment Record)>();
        foreach (var row in experiments.Rows)
        {
            var name = experimentOf(row, "name") ?? throw Bad("an experiment has no name");
            names[experimentOf(row, "id")!] = name;
            var created = Time(experimentOf(row, "time_created")) ?? NodaConstants.UnixEpoch;
            made.Add((created, Number(experimentOf(row, "id")), new ExportedExperiment(name)
            {
                Created = created,
                Updated = created,
                Comment = experimentOf(row, "comment"),
                Tags = Object(experimentOf(row, "tags")),
                Extras = Object(experimentOf(row, "extras")),
            }));
        }
        foreach (var (_, _, record) in made.OrderBy(m => m.Id)) yield return record;

        var runOf = Getter(runs);
        var all = new List<(long Id, ExportedRun Record)>();
        foreach (var row in runs.Rows)
        {
            var id = runOf(row, "id")!;
            var experiment = names.GetValueOrDefault(runOf(row, "experiment_id") ?? "") ?? throw Bad($"run {id} belongs to no experiment");
            var created = Time(runOf(row, "time_created")) ?? NodaConstants.UnixEpoch;
            var uid = uids[id] = Foreign.Uid("sqltrack", experiment, id, Timestamps.Text(created));
            var status = Status(runOf(row, "status"), id);
            all.Add((Number(id), new ExportedRun(uid, experiment, $"run {id}")
            {
                Status = status,
                Created = created,
                Started = Time(runOf(row, "time_started")),
                Updated = Time(runOf(row, "time_updated")),
                Ended = status.IsFinal() ? Time(runOf(row, "time_updated")) : null,
                Comment = runOf(row, "comment"),
                Tags = Object(runOf(row, "tags")),
                Args = Object(runOf(row, "args")),
                Env = Object(runOf(row, "env")),
                Extras = Object(runOf(row, "extras")),
            }));
        }
        foreach (var (_, record) in all.OrderBy(r => r.Id)) yield return record;

        if (table("metrics") is { } metrics)
        {
            var (run, step, progress) = (metrics["run_id"], metrics["step"], metrics["progress"]);
            if (run < 0 || step < 0 || progress < 0) throw Bad("table metrics lacks run_id, step or progress");
            foreach (var row in metrics.Rows)
            {
                if (!uids.TryGetValue(row[run]!, out var uid)) throw Bad($"metrics of run {row[run]}, which is not there");
                var values = new List<KeyValuePair<string, MetricValue>>();
                for (var c = 0; c < row.Length; c++)
                    if (c != run && c != step && c != progress && row[c] is { } text)
                        values.Add(new(metrics.Columns[c].Name, Value(metrics.Columns[c], text)));
                yield return new ExportedMetrics(uid, Number(row[step]), Double(row[progress]!) + 0.0, null, values);
            }
        }
        // The tables had other names before 0.1.4.
        foreach (
            var (experimentLinks, runLinks) in ((string, string)[])
                [("experiment_links", "run_links"), ("experiment_relationships", "run_relationships")]
        )
        {
            foreach (var (from, kind, to) in Links(experimentLinks))
                yield return new ExportedExperimentLink(Of(names, from), kind, Of(names, to));
            foreach (var (from, kind, to) in Links(runLinks))
                yield return new ExportedRunLink(Of(uids, from), kind, Of(uids, to));
        }

        IEnumerable<(string From, string Kind, string To)> Links(string name)
        {
            if (table(name) is not { } links) yield break;
            var get = Getter(links);
            foreach (var row in links.Rows) yield return (get(row, "from_id")!, get(row, "kind")!, get(row, "to_id")!);
        }

        string Of(Dictionary<string, string> from, string id) =>
            from.GetValueOrDefault(id) ?? throw Bad($"a link leads to {id}, which is not there");

        TextTable Required(string name) => table(name) ?? throw Bad($"it has no table {name}");

        RunStatus Status(string? text, string id)
        {
            // The newest documentation names a state that the type of the database does not have.
            if (text is null or "PLANNED") return RunStatus.Pending;
            try
            {
                return RunStatusText.Parse(text);
            }
            catch (FormatException e)
            {
                throw Bad($"run {id}: {e.Message}");
            }
        }

        MetricValue Value((string Name, string Type) column, string text)
        {
            try
            {
                return column.Type switch
                {
                    "double precision" or "real" => Double(text),
                    "bigint" or "integer" or "smallint" => Number(text),
                    "boolean" => text is "t" or "true" ? 1L : 0L,
                    "timestamp with time zone" when Time(text) is { } time => Timestamps.Text(time),
                    _ => text,
                };
            }
            catch (FormatException e)
            {
                throw Bad($"metric {column.Name}: {e.Message}");
            }
        }

        string Object(string? text)
        {
            if (text is null) return "{}";
            try
            {
                return Json.RequireObject(text, "tags");
            }
            catch (ArgumentException)
            {
                // Arguments may be a list; a column of ours holds objects.
                return Json.Kept($"{{\"value\":{text}}}");
            }
        }

        TrackerException Bad(string why) => new(TrackerFailure.BadExchange, $"'{source}' cannot be read as SQLTrack's tables: {why}");
    }

    static Func<string?[], string, string?> Getter(TextTable table) => (row, name) => table[name] is var at and >= 0 ? row[at] : null;

    static long Number(string? text) => long.Parse(text ?? throw new FormatException("a number is missing"), CultureInfo.InvariantCulture);

    static double Double(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    // As PostgreSQL prints a time: 2026-11-21 06:30:26.472659+00, with as many decimals and as
    // much of the zone as needed. Null for its infinities.
    static Instant? Time(string? text)
    {
        if (text is null or "infinity" or "-infinity") return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Instant.FromDateTimeOffset(time)
            : throw new FormatException($"'{text}' is no time");
    }
}

/// <summary>SQLTrack's tables in a PostgreSQL database.</summary>
static class SqltrackDatabase
{
    /// <summary>True when a database is SQLTrack's.</summary>
    public static bool IsSqltrack(ForeignDatabase database) =>
        !database.IsSqlite
        && database.Columns("applied_migrations") is [("name", _)]
        && database.Columns("runs").Any(c => c.Name == "experiment_id")
        && !database.Has("products");

    /// <summary>Its records.</summary>
    public static IEnumerable<ExchangeRecord> Read(ForeignDatabase database) =>
        SqltrackTables.Read(name => Table(database, name), database.Location);

    static TextTable? Table(ForeignDatabase database, string name)
    {
        var columns = database.Columns(name);
        return columns.Count == 0
            ? null
            : new TextTable(
                columns,
                database.Rows(
                    $"SELECT {string.Join(", ", columns.Select(c => $"CAST({ForeignDatabase.Quote(c.Name)} AS TEXT)"))} "
                        + $"FROM {ForeignDatabase.Quote(name)}"
                        + (columns.Any(c => c.Name == "run_id") ? " ORDER BY run_id, step, progress" : ""),
                    reader => Enumerable.Range(0, columns.Count).Select(reader.TextOrNull).ToArray()
                )
            );
    }
}

/// <summary>SQLTrack's tables in what pg_dump writes as plain text.</summary>
static class SqltrackDump
{
    /// <summary>Its records. The file is read several times.</summary>
    /// <exception cref="TrackerException">It is no such dump.</exception>
    public static IEnumerable<ExchangeRecord> Read(string path)
    {
        var tables = Tables(path);
        return SqltrackTables.Read(
            name => tables.TryGetValue(name, out var columns) ? new TextTable(columns, Rows(path, name)) : null,
            path
        );
    }

    // The columns of every table that has data, with the types of its definition, in the order of the data.
    static Dictionary<string, (string Name, string Type)[]> Tables(string path)
    {
        var types = new Dictionary<(string Table, string Column), string>();
        var tables = new Dictionary<string, (string, string)[]>(StringComparer.Ordinal);
        string? defined = null;
        var isData = false;
        foreach (var line in Lines(path))
        {
            if (isData)
            {
                isData = line != "\\.";
            }
            else if (line.StartsWith("COPY ", StringComparison.Ordinal) && Copy(line) is var (table, columns))
            {
                tables[table] = [.. columns.Select(c => (c, types.GetValueOrDefault((table, c), "text")))];
                isData = true;
            }
            else if (line.StartsWith("INSERT INTO ", StringComparison.Ordinal))
            {
                throw new TrackerException(
                    TrackerFailure.BadExchange,
                    $"'{path}' was dumped as INSERT commands: dump it without --inserts, or import from the database itself"
                );
            }
            else if (line.StartsWith("CREATE TABLE ", StringComparison.Ordinal))
            {
                defined = Unqualified(line["CREATE TABLE ".Length..].TrimEnd('(', ' '));
            }
            else if (line.StartsWith(')'))
            {
                defined = null;
            }
            else if (defined is not null && line.StartsWith("    ", StringComparison.Ordinal))
            {
                var (name, rest) = Identifier(line.TrimStart());
                rest = rest.Trim().TrimEnd(',');
                foreach (var end in (ReadOnlySpan<string>)[" DEFAULT ", " NOT NULL", " COLLATE "])
                    if (rest.IndexOf(end, StringComparison.Ordinal) is var at and >= 0) rest = rest[..at];
                types[(defined, name)] = rest;
            }
        }
        return tables;
    }

    static IEnumerable<string?[]> Rows(string path, string wanted)
    {
        var isData = false;
        var isWanted = false;
        foreach (var line in Lines(path))
        {
            if (!isData)
            {
                if (line.StartsWith("COPY ", StringComparison.Ordinal) && Copy(line) is var (table, _))
                    (isData, isWanted) = (true, table == wanted);
            }
            else if (line == "\\.")
            {
                isData = false;
                if (isWanted) yield break;
            }
            else if (isWanted)
            {
                yield return [.. line.Split('\t').Select(Unescaped)];
            }
        }
    }

    // COPY public.metrics (run_id, "a b") FROM stdin;
    static (string Table, List<string> Columns)? Copy(string line)
    {
        var open = line.IndexOf(" (", StringComparison.Ordinal);
        if (open < 0 || !line.EndsWith("FROM stdin;", StringComparison.Ordinal)) return null;
        var columns = new List<string>();
        var rest = line[(open + 2)..];
        while (true)
        {
            (var name, rest) = Identifier(rest);
            columns.Add(name);
            if (!rest.StartsWith(", ", StringComparison.Ordinal)) return (Unqualified(line["COPY ".Length..open]), columns);
            rest = rest[2..];
        }
    }

    static string Unqualified(string name)
    {
        var (first, rest) = Identifier(name);
        return rest.StartsWith('.') ? Identifier(rest[1..]).Name : first;
    }

    static (string Name, string After) Identifier(string text)
    {
        if (!text.StartsWith('"'))
        {
            var end = text.AsSpan().IndexOfAny(" .,()");
            return end < 0 ? (text, "") : (text[..end], text[end..]);
        }
        var name = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] != '"') name.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == '"') name.Append(text[i++]);
            else return (name.ToString(), text[(i + 1)..]);
        }
        return (name.ToString(), "");
    }

    static string? Unescaped(string text)
    {
        if (text == "\\N") return null;
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }
            plain.Append(text[++i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                var other => other,
            });
        }
        return plain.ToString();
    }

    static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
