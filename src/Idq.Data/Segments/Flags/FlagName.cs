using System.Globalization;

namespace Idq.Data;

/// <summary>The name of a data-quality flag, "IFO:NAME" or "IFO:NAME:VERSION"; no version, or "*", means all versions together.</summary>
/// <param name="Ifo">The interferometer, for example "H1".</param>
/// <param name="Name">The flag.</param>
/// <param name="Version">The version, or null for all.</param>
public sealed record FlagName(string Ifo, string Name, int? Version)
{
    /// <summary>Reads a name; false when it is neither "IFO:NAME" nor "IFO:NAME:VERSION".</summary>
    public static bool TryParse(string text, out FlagName? flag)
    {
        flag = null;
        var parts = text.Trim().Split(':');
        if (parts.Length is not (2 or 3) || parts.Any(p => p.Length == 0)) return false;
        int? version = null;
        if (parts.Length == 3 && parts[2] != "*")
        {
            if (!int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            version = number;
        }
        flag = new(parts[0], parts[1], version);
        return true;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="DataException">It is neither "IFO:NAME" nor "IFO:NAME:VERSION".</exception>
    public static FlagName Parse(string text) =>
        TryParse(text, out var flag) ? flag! : throw new DataException($"'{text}' is no flag; expected IFO:NAME or IFO:NAME:VERSION");

    /// <summary>True when the other is this flag, in this version if one is named.</summary>
    public bool Covers(FlagName other) => Ifo == other.Ifo && Name == other.Name && (Version is null || Version == other.Version);

    /// <summary>The name as it is written.</summary>
    public override string ToString() => Version is { } version ? $"{Ifo}:{Name}:{version}" : $"{Ifo}:{Name}";
}
