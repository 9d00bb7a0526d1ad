using System.Text;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// Where the next page of a listing begins: base64 of JSON. Every token names how many rows came before it; a token of this server also
/// holds where a listing that changes meanwhile goes on: after the last row's key in a
/// history, up to the newest row of the first page in a search.
/// </summary>
/// <param name="Offset">Rows before the page.</param>
/// <param name="After">
/// The key of the last row before the page, or the number of the newest row that counts; null in a token of another server.
/// </param>
sealed record PageToken(long Offset, string? After = null)
{
    /// <summary>The first page.</summary>
    public static PageToken Start { get; } = new(0);

    /// <summary>Reads a token; absent and empty ones name the first page.</summary>
    /// <exception cref="Refusal">It is not one.</exception>
    public static PageToken Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Start;
        byte[] decoded;
        try
        {
            decoded = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'));
        }
        catch (FormatException)
        {
            throw Refusal.Invalid("Invalid page token, could not base64-decode");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(decoded, new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("offset", out JsonElement offset))
                throw Refusal.Invalid($"Invalid page token, parsed value={PythonText.Dumps(root)}");
            var number = RequestFields.LongOf(offset, "page_token");
            var after = root.TryGetProperty("after", out JsonElement key) ? RequestFields.TextOf(key, "page_token") : null;
            return number >= 0 ? new PageToken(number, after) : throw Refusal.Invalid($"Invalid page token, not stringable {number}");
        }
        catch (JsonException)
        {
            throw Refusal.Invalid("Invalid page token, decoded value is not JSON");
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var json = After is null ? $"{{\"offset\": {Offset}}}" : $"{{\"offset\": {Offset}, \"after\": {PythonText.Dumps(After)}}}";
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }
}
