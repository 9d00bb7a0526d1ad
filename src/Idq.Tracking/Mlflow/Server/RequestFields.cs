using System.Globalization;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// The named parameters of one request, from a JSON body or a query string, read with the protocol's rules: null is absent, unknown
/// names are ignored, whole numbers may be texts, doubles may be the texts NaN, Infinity and -Infinity, and a query's single value
/// may stand for a list.
/// </summary>
sealed class RequestFields
{
    static readonly JsonDocumentOptions Reading = new() { MaxDepth = 32 };
    static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement.Clone();

    readonly JsonElement root;
    readonly bool isQuery;
    readonly string? malformed;

    RequestFields(JsonElement root, bool isQuery, string? malformed = null)
    {
        this.root = root;
        this.isQuery = isQuery;
        this.malformed = malformed;
    }

    /// <summary>No parameters at all.</summary>
    public static RequestFields None { get; } = new(Nothing, isQuery: false);

    /// <summary>
    /// Reads a JSON body. A JSON text that holds JSON is read twice, as old clients send it. An empty body has no parameters; one that
    /// is not JSON has none either, and <see cref="RequireWellFormed"/> refuses it once the required parameters were asked for.
    /// </summary>
    /// <exception cref="Refusal">The body has a bare NaN or Infinity.</exception>
    public static RequestFields FromJson(ReadOnlyMemory<byte> body)
    {
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty)
            return None;
        try
        {
            JsonElement root = JsonDocument.Parse(body, Reading).RootElement;
            if (root.ValueKind == JsonValueKind.String)
                root = JsonDocument.Parse(root.GetString()!, Reading).RootElement;
            return root.ValueKind switch
            {
                JsonValueKind.Object => new RequestFields(root, isQuery: false),
                JsonValueKind.Null => None,
                _ => Broken("it must be one JSON object"),
            };
        }
        catch (JsonException)
        {
            if (HasBareNumberName(body.Span))
            {
                throw Refusal.Invalid(
                    "The request body is not JSON: NaN, Infinity and -Infinity are not JSON numbers; send them as texts, such as \"NaN\".");
            }

            return Broken("it is not JSON, or nested too deeply");
        }
        catch (InvalidOperationException)
        {
            return Broken("it holds a text that is not Unicode");
        }
    }

    /// <summary>Reads a query string; <c>a=1&amp;a=2</c>, <c>a[]=1</c> and <c>a[0]=1</c> make lists.</summary>
    public static RequestFields FromQuery(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> query)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach ((var key, IReadOnlyList<string> texts) in query)
        {
            var name = ListName(key);
            if (!values.TryGetValue(name, out List<string>? list))
                values.Add(name, list = []);
            list.AddRange(texts);
        }

        return new RequestFields(JsonSerializer.SerializeToElement(values), isQuery: true);
    }

    /// <summary>Refuses a body that could not be read. Asked after the required parameters, whose absence is the better message.</summary>
    public void RequireWellFormed()
    {
        if (malformed is not null)
            throw Refusal.Invalid($"The request body cannot be read: {malformed}.");
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw Refusal.Missing(name);

    /// <summary>The run's id: <c>run_id</c>, or <c>run_uuid</c> from old clients.</summary>
    public string RequiredRunId()
    {
        var id = Text("run_id");
        return !string.IsNullOrEmpty(id) ? id : Text("run_uuid") is { Length: > 0 } old ? old : throw Refusal.Missing("run_id");
    }

    /// <summary>A text, or null when absent.</summary>
    public string? Text(string name) => Find(name) is { } value ? TextOf(value, name) : null;

    /// <summary>A whole number, or null when absent.</summary>
    public long? Long(string name) => Find(name) is { } value ? LongOf(value, name) : null;

    /// <summary>A whole number that must be there.</summary>
    public long RequiredLong(string name) =>
        Find(name) is { } value && !IsEmptyText(value) ? LongOf(value, name) : throw Refusal.Missing(name);

    /// <summary>A double that must be there.</summary>
    public double RequiredDouble(string name) =>
        Find(name) is { } value && !IsEmptyText(value) ? DoubleOf(value, name) : throw Refusal.Missing(name);

    /// <summary>A text or a whole number as text, such as a member of an enumeration; null when absent.</summary>
    public string? TextOrNumber(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { } value => TextOf(value, name),
    };

    /// <summary>A truth value, or null when absent.</summary>
    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } text when bool.TryParse(text.GetString(), out var flag) => flag,
        { } other => throw Refusal.WrongType(name, other),
    };

    /// <summary>A list of texts; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name, keepList: true) is not { } list)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            throw Refusal.WrongType(name, list);
        var texts = new List<string>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
            texts.Add(item.ValueKind == JsonValueKind.String ? TextOf(item, name) : throw Refusal.WrongType(name, list));
        return texts;
    }

    /// <summary>A list of objects; empty when absent.</summary>
    public IReadOnlyList<JsonElement> Objects(string name)
    {
        if (Find(name, keepList: true) is not { } list)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            throw Refusal.WrongType(name, list);
        var items = new List<JsonElement>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
            items.Add(item.ValueKind == JsonValueKind.Object ? item : throw Refusal.WrongType(name, list));
        return items;
    }

    /// <summary>True when the parameter is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The text of a value; null when it is none, or one that cannot be stored.</summary>
    public static string? GoodText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a value.</summary>
    public static string TextOf(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Refusal.WrongType(path, value);
        try
        {
            var text = value.GetString()!;
            return text.Contains('\0') ? throw Refusal.Invalid($"'{path}' holds a NUL character, which cannot be stored") : text;
        }
        catch (InvalidOperationException)
        {
            throw Refusal.Invalid($"'{path}' holds a text that is not Unicode");
        }
    }

    /// <summary>The whole number of a value: a number without a fraction, or a text of one.</summary>
    public static long LongOf(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var number))
                return number;
            if (value.TryGetDecimal(out var exact) && decimal.IsInteger(exact) && exact is >= long.MinValue and <= long.MaxValue)
                return (long)exact;
        }
        else if (value.ValueKind == JsonValueKind.String
            && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        throw Refusal.WrongType(path, value);
    }

    /// <summary>The double of a value: a number, or a text of one, NaN or an infinity. A number beyond the doubles is refused.</summary>
    public static double DoubleOf(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
            return number;
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            switch (text)
            {
                case "NaN":
                    return double.NaN;
                case "Infinity":
                    return double.PositiveInfinity;
                case "-Infinity":
                    return double.NegativeInfinity;
                default:
                    const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                    if (text.Length > 0 && !char.IsAsciiLetter(text.TrimStart('-', '+').FirstOrDefault('x'))
                        && double.TryParse(text, Style, CultureInfo.InvariantCulture, out number) && double.IsFinite(number))
                    {
                        return number;
                    }

                    break;
            }
        }

        throw Refusal.WrongType(path, value);
    }

    static bool IsEmptyText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(ReadOnlySpan<byte>.Empty);

    static RequestFields Broken(string reason) => new(Nothing, isQuery: false, reason);

    static string ListName(string key)
    {
        var bracket = key.IndexOf('[', StringComparison.Ordinal);
        if (bracket <= 0 || key[^1] != ']')
            return key;
        foreach (var c in key.AsSpan(bracket + 1, key.Length - bracket - 2))
        {
            if (!char.IsAsciiDigit(c))
                return key;
        }

        return key[..bracket];
    }

    // Outside of JSON texts, is there a word that other languages print for a double that JSON lacks?
    static bool HasBareNumberName(ReadOnlySpan<byte> body)
    {
        var quoted = false;
        for (var i = 0; i < body.Length; i++)
        {
            if (quoted && body[i] == '\\')
                i++;
            else if (body[i] == '"')
                quoted = !quoted;
            else if (!quoted && (body[i..].StartsWith("NaN"u8) || body[i..].StartsWith("Infinity"u8)))
                return true;
        }

        return false;
    }

    JsonElement? Find(string name, bool keepList = false)
    {
        if (!root.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (isQuery && !keepList)
            return value.GetArrayLength() > 0 ? value[0] : null;
        return value;
    }
}
