using System.Text.Json;
using System.Text.RegularExpressions;

namespace Idq.Tracking;

/// <summary>The environment of a process as a run keeps it: without secrets.</summary>
public static partial class RunEnvironment
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Redacted = "(redacted)";

    /// <summary>The variables of this process as a JSON object, secrets redacted.</summary>
    public static string Capture() => Capture(Variables());

    /// <summary>The variables of this process as they are, secrets included.</summary>
    public static IReadOnlyDictionary<string, string> Variables() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

    /// <summary>
    /// Variables as a JSON object. A value is redacted when its name speaks of a secret, and a password inside of a URL always.
    /// </summary>
    public static string Capture(IReadOnlyDictionary<string, string> variables) =>
        Json.Kept(
            JsonSerializer.Serialize(
                variables.ToDictionary(
                    v => v.Key,
                    v => SecretName().IsMatch(v.Key) ? Redacted : Credentials().Replace(v.Value, $"//{Redacted}@"),
                    StringComparer.Ordinal
                )
            )
        );

    [GeneratedRegex(
        "(?i)(secret|token|passw|passphrase|pwd|credential|api_?key|private|access_?key|auth|cookie|session|signature|_key$|^key$|dsn)"
    )]
    internal static partial Regex SecretName();

    [GeneratedRegex("//[^/@\\s]*:[^/@\\s]*@")]
    internal static partial Regex Credentials();
}
