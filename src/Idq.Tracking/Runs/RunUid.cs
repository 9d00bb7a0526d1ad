namespace Idq.Tracking;

/// <summary>Names of runs outside of a store: 128 random bits as 32 lower-case hexadecimal digits.</summary>
static class RunUid
{
    /// <summary>A new one.</summary>
    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>True for a text of that form.</summary>
    public static bool IsValid(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
