using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Idq.Tracking;

/// <summary>The arguments of a program as a run keeps them: a JSON object by name.</summary>
public static class ProgramArguments
{
    /// <summary>
    /// Options (<c>--name value</c>, <c>--name=value</c>, <c>-n value</c>; without a value: true) by name, the rest under "arguments".
    /// Names lose leading dashes and angle brackets, and a dash inside becomes an underscore. An option that comes again becomes a list.
    /// Values become integers, numbers or JSON where they are such, else text.
    /// </summary>
    public static string Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new JsonObject();
        var rest = new JsonArray();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!IsOption(argument))
            {
                rest.Add(Value(argument));
                continue;
            }
            var (name, value) = argument.Split('=', 2) is [var n, var v] ? (n, (string?)v) : (argument, null);
            if (value is null && i + 1 < arguments.Count && !IsOption(arguments[i + 1])) value = arguments[++i];
            Add(parsed, Name(name), value is null ? JsonValue.Create(true) : Value(value));
        }
        if (rest.Count > 0) Add(parsed, "arguments", rest);
        return Json.Kept(parsed.ToJsonString());
    }

    /// <summary>A name as it is kept.</summary>
    public static string Name(string name) => name.TrimStart('-').Trim('<', '>').Replace('-', '_');

    static bool IsOption(string argument) =>
        argument.Length > 1 && argument[0] == '-' && !double.TryParse(argument, CultureInfo.InvariantCulture, out _);

    static void Add(JsonObject to, string name, JsonNode? value)
    {
        if (!to.TryGetPropertyValue(name, out var held)) to[name] = value;
        else if (held is JsonArray list) list.Add(value);
        else
        {
            to.Remove(name);
            to[name] = new JsonArray(held, value);
        }
    }

    static JsonNode? Value(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return JsonValue.Create(integer);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return JsonValue.Create(number);
        if (text is ['{' or '[', ..] or "true" or "false" or "null")
        {
            try
            {
                return JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                // It looked like JSON and is not: it is kept as text.
                return JsonValue.Create(text);
            }
        }
        return JsonValue.Create(text);
    }
}
