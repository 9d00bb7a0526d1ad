namespace Idq.Tracking.Mlflow;

/// <summary>Turns terms of a search into SQL of one engine. Every text and number of the user travels as a parameter.</summary>
sealed class SearchSql(Engine engine)
{
    const string Context = "mlflow.data.context";

    readonly List<(string Name, object? Value)> parameters = [];

    /// <summary>The parameters of the SQL that was made so far.</summary>
    public (string Name, object? Value)[] Parameters => [.. parameters];

    bool IsPostgres => engine.Dialect == "postgres";

    /// <summary>The condition on the state of deletion; null when all are shown.</summary>
    public static string? Lifecycle(string table, TrackedView view) => view switch
    {
        TrackedView.Active => $"{table}.lifecycle = 'active'",
        TrackedView.Deleted => $"{table}.lifecycle = 'deleted'",
        _ => null,
    };

    /// <summary>Adds a parameter; gives its name.</summary>
    public string Add(object? value)
    {
        var name = $"@p{parameters.Count}";
        parameters.Add((name, value));
        return name;
    }

    /// <summary>A WHERE clause of all conditions that are there.</summary>
    public string Where(IEnumerable<string?> conditions)
    {
        var all = string.Join(" AND ", conditions.OfType<string>());
        return all.Length == 0 ? "" : $" WHERE {all}";
    }

    /// <summary>The column is one of the numbers.</summary>
    public string OneOf(string column, IReadOnlyCollection<long> numbers) => engine.OneOf(column, Add(engine.Array(numbers)));

    /// <summary>The condition of one term on <c>runs r</c>.</summary>
    public string OfRun(SearchClause clause) => clause.Entity switch
    {
        SearchEntity.Metric => Metric(clause),
        SearchEntity.Param => Compare(engine.JsonText("r.args", Add(clause.Key)), clause),
        SearchEntity.Tag => Compare(engine.JsonText("r.tags", Add(clause.Key)), clause),
        SearchEntity.Dataset => Dataset(clause),
        _ => clause.Key switch
        {
            "run_id" => Compare("r.uid", clause),
            "run_name" => Compare("r.name", clause),
            "user_id" => Compare("r.user_name", clause),
            "artifact_uri" => Compare("r.artifact_uri", clause),
            "status" => Status(clause),
            "start_time" => Time("r.time_started", clause),
            _ => Time("r.time_ended", clause),
        },
    };

    /// <summary>The condition of one term on <c>experiments e</c>.</summary>
    public string OfExperiment(SearchClause clause) => clause.Entity == SearchEntity.Tag
        ? Compare(engine.JsonText("e.tags", Add(clause.Key)), clause)
        : clause.Key switch
        {
            "name" => Compare("e.name", clause),
            "creation_time" => Time("e.time_created", clause),
            _ => Time("e.time_updated", clause),
        };

    /// <summary>The value that runs are sorted by.</summary>
    public string RunKey(SearchOrder order) => order.Entity switch
    {
        SearchEntity.Metric =>
            $"(SELECT l.value FROM latest l JOIN metric_keys k ON k.id = l.key_id WHERE l.run_id = r.id AND k.key = {Add(order.Key)})",
        SearchEntity.Param => Bytewise(engine.JsonText("r.args", Add(order.Key))),
        SearchEntity.Tag => Bytewise(engine.JsonText("r.tags", Add(order.Key))),
        _ => order.Key switch
        {
            "run_id" => Bytewise("r.uid"),
            "run_name" => Bytewise("r.name"),
            "user_id" => Bytewise("r.user_name"),
            "artifact_uri" => Bytewise("r.artifact_uri"),
            "status" => StatusText(),
            "start_time" => "r.time_started",
            _ => "r.time_ended",
        },
    };

    /// <summary>The direction of a key: what is absent comes last, after NaN.</summary>
    public static string Direction(string column, SearchOrder order)
    {
        var rank = order.Entity == SearchEntity.Metric
            ? $"CASE WHEN {column} IS NULL THEN 2 WHEN {column} = 'NaN' THEN 1 ELSE 0 END"
            : $"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END";
        return $"{rank}, {column} {(order.Ascending ? "ASC" : "DESC")}";
    }

    /// <summary>The order of experiments, whole.</summary>
    public string ExperimentOrder(IReadOnlyList<SearchOrder> orders)
    {
        if (orders.Count == 0)
            return "e.time_created DESC, e.id ASC";
        IEnumerable<string> keys = orders.Select(order => Direction(
            order.Entity == SearchEntity.Tag ? Bytewise(engine.JsonText("e.tags", Add(order.Key))) : order.Key switch
            {
                "name" => Bytewise("e.name"),
                "experiment_id" => "e.id",
                "creation_time" => "e.time_created",
                _ => "e.time_updated",
            },
            order));
        return string.Join(", ", keys.Append("e.id ASC"));
    }

    string Metric(SearchClause clause)
    {
        // Both engines sort NaN above all numbers; for the user NaN is only unequal to them.
        var notNan = clause.Comparator == SearchComparator.NotEqual ? "" : " AND l.value <> 'NaN'";
        return "EXISTS (SELECT 1 FROM latest l JOIN metric_keys k ON k.id = l.key_id WHERE l.run_id = r.id "
            + $"AND k.key = {Add(clause.Key)} AND l.value {Sign(clause.Comparator)} {Add(clause.Number)}{notNan})";
    }

    string Dataset(SearchClause clause)
    {
        var column =
            clause.Key == "context" ? engine.JsonText("i.tags", $"'{Context}'") : $"d.{(clause.Key == "name" ? "name" : "digest")}";
        return "EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.id = i.dataset_id WHERE i.run_id = r.id "
            + $"AND {Compare(column, clause)})";
    }

    string Compare(string column, SearchClause clause) => clause.Comparator switch
    {
        SearchComparator.Like => engine.Like(column, Add(clause.Value), ignoreCase: false),
        SearchComparator.ILike => engine.Like(column, Add(clause.Value), ignoreCase: true),
        SearchComparator.In => $"{column} IN ({string.Join(", ", clause.Values.Select(Add))})",
        SearchComparator.NotIn => $"{column} NOT IN ({string.Join(", ", clause.Values.Select(Add))})",
        _ => $"{column} {Sign(clause.Comparator)} {Add(clause.Value)}",
    };

    // A filter names one of the protocol's five states; the store has 24.
    string Status(SearchClause clause)
    {
        IEnumerable<string> stored = Enum.GetValues<RunStatus>()
            .Where(status => TextMatch.Holds(WireStatus.Of(status), clause))
            .Select(status => status.ToText());
        var list = string.Join(", ", stored.Select(Add));
        return list.Length == 0 ? "1 = 0" : $"CAST(r.status AS TEXT) IN ({list})";
    }

    string StatusText()
    {
        var cases = WireStatus.All.Select(wire =>
        {
            var stored = Enum.GetValues<RunStatus>().Where(status => WireStatus.Of(status) == wire);
            return $"WHEN CAST(r.status AS TEXT) IN ({string.Join(", ", stored.Select(s => $"'{s.ToText()}'"))}) THEN '{wire}'";
        });
        return Bytewise($"(CASE {string.Join(' ', cases)} END)");
    }

    // The store keeps microseconds, the protocol knows milliseconds: a time is any instant within its millisecond.
    string Time(string column, SearchClause clause)
    {
        var number = clause.Number;
        string At(double milliseconds) => Add(WireTime.Clamped(milliseconds));
        var next = Math.Floor(number) + 1;
        var isWhole = Math.Floor(number) == number;
        return clause.Comparator switch
        {
            SearchComparator.Less => $"{column} < {At(number)}",
            SearchComparator.LessOrEqual => $"{column} < {At(next)}",
            SearchComparator.Greater => $"{column} >= {At(next)}",
            SearchComparator.GreaterOrEqual => $"{column} >= {At(number)}",
            SearchComparator.Equal => isWhole ? $"({column} >= {At(number)} AND {column} < {At(next)})" : "1 = 0",
            _ => isWhole ? $"({column} < {At(number)} OR {column} >= {At(next)})" : $"{column} IS NOT NULL",
        };
    }

    string Bytewise(string text) => IsPostgres ? $"({text}) COLLATE \"C\"" : text;

    static string Sign(SearchComparator comparator) => comparator switch
    {
        SearchComparator.NotEqual => "<>",
        SearchComparator.Less => "<",
        SearchComparator.LessOrEqual => "<=",
        SearchComparator.Greater => ">",
        SearchComparator.GreaterOrEqual => ">=",
        _ => "=",
    };
}
