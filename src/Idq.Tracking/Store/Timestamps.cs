using NodaTime;
using NodaTime.Text;

namespace Idq.Tracking;

/// <summary>Wall-clock times in the store: ISO 8601 UTC text with six decimals, so that text order is time order.</summary>
static class Timestamps
{
    static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    public static string Text(Instant instant) => Pattern.Format(instant);

    public static Instant Parse(string text) => Pattern.Parse(text).Value;

    public static Instant? ParseOrNull(string? text) => text is null ? null : Parse(text);
}
