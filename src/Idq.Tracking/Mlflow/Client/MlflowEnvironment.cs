using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>Typed reading of environment variables; a variable that is there but empty counts as absent.</summary>
sealed class MlflowEnvironment(Func<string, string?> variable)
{
    public string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;

    public bool Flag(string name, bool absent) => Text(name)?.Trim().ToLowerInvariant() switch
    {
        null => absent,
        "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new ArgumentException($"{name} must be true, false, 1 or 0"),
    };

    public int Count(string name, int absent) => Text(name) is not { } text
        ? absent
        : int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new ArgumentException($"{name} must be a whole number of at least 0");

    public double Number(string name, double absent) => Text(name) is not { } text
        ? absent
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0
            ? number
            : throw new ArgumentException($"{name} must be a number of at least 0");
}
