using System.Globalization;
using System.Security.Cryptography;

namespace Idq.Tracking.Mlflow;

/// <summary>Names for runs that were given none: an adjective, a noun and a number.</summary>
static class RunNames
{
    static readonly string[] Adjectives =
    [
        "able",
        "amber",
        "brisk",
        "calm",
        "clever",
        "crisp",
        "distant",
        "eager",
        "faint",
        "gentle",
        "grand",
        "hidden",
        "keen",
        "lively",
        "loud",
        "lucky",
        "mellow",
        "nimble",
        "patient",
        "placid",
        "quick",
        "quiet",
        "rare",
        "resonant",
        "silent",
        "steady",
        "swift",
        "tidal",
        "vivid",
        "wandering",
        "warm",
        "wise",
    ];

    static readonly string[] Nouns =
    [
        "antenna",
        "beam",
        "binary",
        "burst",
        "cavity",
        "chirp",
        "comet",
        "crane",
        "dune",
        "echo",
        "falcon",
        "finch",
        "fringe",
        "galaxy",
        "heron",
        "laser",
        "lynx",
        "magnet",
        "mirror",
        "nebula",
        "orbit",
        "otter",
        "photon",
        "prism",
        "pulsar",
        "quasar",
        "raven",
        "ripple",
        "signal",
        "sparrow",
        "wave",
        "wren",
    ];

    /// <summary>A new one; not unique.</summary>
    public static string New() =>
        $"{Adjectives[RandomNumberGenerator.GetInt32(Adjectives.Length)]}-{Nouns[RandomNumberGenerator.GetInt32(Nouns.Length)]}-"
        + RandomNumberGenerator.GetInt32(1000).ToString(CultureInfo.InvariantCulture);
}
