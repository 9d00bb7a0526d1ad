namespace Idq.Tracking.Mlflow;

/// <summary>Which words a search may use: those for runs and those for experiments.</summary>
public sealed class SearchVocabulary
{
    readonly Dictionary<string, SearchEntity> entities;
    readonly HashSet<string> texts;
    readonly HashSet<string> numbers;
    readonly HashSet<string> orderOnly;
    readonly Dictionary<string, string> aliases;
    readonly string entityNames;

    SearchVocabulary(
        Dictionary<string, SearchEntity> entities,
        string[] texts,
        string[] numbers,
        string[] orderOnly,
        Dictionary<string, string> aliases,
        string entityNames)
    {
        this.entities = entities;
        this.texts = [.. texts];
        this.numbers = [.. numbers];
        this.orderOnly = [.. orderOnly];
        this.aliases = aliases;
        this.entityNames = entityNames;
    }

    /// <summary>The words for runs.</summary>
    public static SearchVocabulary Runs { get; } = new(
        new(StringComparer.Ordinal)
        {
            ["metric"] = SearchEntity.Metric,
            ["metrics"] = SearchEntity.Metric,
            ["parameter"] = SearchEntity.Param,
            ["parameters"] = SearchEntity.Param,
            ["param"] = SearchEntity.Param,
            ["params"] = SearchEntity.Param,
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
            ["run"] = SearchEntity.Attribute,
            ["dataset"] = SearchEntity.Dataset,
            ["datasets"] = SearchEntity.Dataset,
        },
        ["run_id", "run_name", "user_id", "status", "artifact_uri"],
        ["start_time", "end_time"],
        [],
        new(StringComparer.Ordinal)
        {
            ["created"] = "start_time",
            ["Created"] = "start_time",
            ["run name"] = "run_name",
            ["Run name"] = "run_name",
            ["Run Name"] = "run_name",
        },
        "['metric', 'parameter', 'tag', 'attribute', 'dataset']");

    /// <summary>The words for experiments.</summary>
    public static SearchVocabulary Experiments { get; } = new(
        new(StringComparer.Ordinal)
        {
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
        },
        ["name"],
        ["creation_time", "last_update_time"],
        ["experiment_id"],
        new(StringComparer.Ordinal),
        "['attribute', 'tag']");

    static readonly HashSet<string> DatasetKeys = ["name", "digest", "context"];

    /// <summary>Splits <c>entity.key</c>; a bare word is an attribute.</summary>
    /// <exception cref="Refusal">An entity or attribute that there is not.</exception>
    internal (SearchEntity Entity, string Key) Identify(string identifier, bool forOrder)
    {
        var dot = identifier.IndexOf('.', StringComparison.Ordinal);
        SearchEntity entity = SearchEntity.Attribute;
        var key = identifier;
        if (dot >= 0)
        {
            var name = Unquoted(identifier[..dot], "`");
            key = identifier[(dot + 1)..];
            if (!entities.TryGetValue(name, out entity))
                throw Refusal.Invalid($"Invalid entity type '{name}'. Valid values are {entityNames}");
        }

        key = Unquoted(key, "'\"`");
        if (entity == SearchEntity.Attribute)
        {
            var known = aliases.GetValueOrDefault(key, key);
            if (!texts.Contains(known) && !numbers.Contains(known) && !(forOrder && orderOnly.Contains(known)))
                throw Refusal.Invalid(
                    $"Invalid attribute key '{key}' specified. Valid keys are '{{{string.Join(", ", ValidKeys(forOrder))}}}'"
                );
            key = known;
        }
        else if (entity == SearchEntity.Dataset && (forOrder || !DatasetKeys.Contains(key)))
        {
            throw forOrder
                ? Refusal.Invalid("Invalid order_by entity type 'dataset'")
                : Refusal.Invalid($"Invalid dataset key '{key}' specified. Valid keys are '{{'context', 'digest', 'name'}}'");
        }

        return (entity, key);
    }

    internal bool IsNumeric(SearchEntity entity, string key) =>
        entity == SearchEntity.Metric || (entity == SearchEntity.Attribute && numbers.Contains(key));

    IEnumerable<string> ValidKeys(bool forOrder) =>
        texts.Concat(numbers).Concat(forOrder ? orderOnly : []).Order(StringComparer.Ordinal).Select(key => $"'{key}'");

    static string Unquoted(string text, string quotes) =>
        text.Length >= 2 && text[0] == text[^1] && quotes.Contains(text[0]) ? text[1..^1] : text;
}
