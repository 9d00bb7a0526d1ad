using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Idq.Streaming;

/// <summary>What the rows and triggers of training are made by, as a short text: equal texts make equal rows of the same events.</summary>
static class TrainSettings
{
    static readonly string[] Sections = ["samples", "features", "segdb", "train data discovery"];

    /// <summary>The text of a configuration.</summary>
    public static string Of(Configuration configuration, UsefulTriggers triggers, bool withFeatures)
    {
        var options =
            from section in configuration.Declarations
            where Sections.Contains(section.Name, StringComparer.Ordinal)
            from option in section.Options
            select $"{section.Name}:{option.Key}={configuration.Text.Find(section.Name, option.Key)?.Value ?? option.Default}";
        var train = configuration.Train;
        FormattableString rest = $"{configuration.General.Seed} {train.RandomRate} {train.Cadence.MaxSamples} {configuration.Padding}";
        string[] lines = [.. options, rest.ToString(CultureInfo.InvariantCulture), triggers.ToString(), withFeatures.ToString()];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
    }
}
