using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>Texts as the reference server's language prints them, since clients and their tests match its messages.</summary>
static class PythonText
{
    /// <summary>Compact JSON with sorted keys and only ASCII.</summary>
    public static string Dumps(JsonElement value)
    {
        var text = new StringBuilder();
        Dumps(value, text);
        return text.ToString();
    }

    /// <summary>A JSON string with only ASCII.</summary>
    public static string Dumps(string value)
    {
        var text = new StringBuilder();
        Dumps(value, text);
        return text.ToString();
    }

    /// <summary>The language's name of a JSON value's type.</summary>
    public static string TypeName(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "int",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        _ => "NoneType",
    };

    /// <summary>A text as a literal: apostrophes around it, or quotes when it holds apostrophes only.</summary>
    public static string Repr(string value)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        var text = new StringBuilder().Append(quote);
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when c == quote => text.Append('\\').Append(c),
                < ' ' or '\x7f' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }

        return text.Append(quote).ToString();
    }

    /// <summary>A list of texts as a literal.</summary>
    public static string Repr(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Repr))}]";

    static void Dumps(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                Dumps(value.GetString()!, text);
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach ((var index, JsonElement item) in value.EnumerateArray().Index())
                {
                    if (index > 0)
                        text.Append(',');
                    Dumps(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.Object:
                text.Append('{');
                foreach (
                    (var index, JsonProperty member) in value
                        .EnumerateObject()
                        .OrderBy(member => member.Name, StringComparer.Ordinal)
                        .Index()
                )
                {
                    if (index > 0)
                        text.Append(',');
                    Dumps(member.Name, text);
                    text.Append(':');
                    Dumps(member.Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Undefined:
                text.Append("null");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    static void Dumps(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
