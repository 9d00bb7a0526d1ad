using System.Text.RegularExpressions;
using Idq.Data;

namespace Idq.Streaming;

/// <summary>[general]: who this analysis is, where its products go, and which classifiers it runs.</summary>
public sealed partial class GeneralOptions
{
    internal GeneralOptions(SectionReader s)
    {
        Tag = s.Text("tag", null, "name of the analysis; part of every product's path", "letters, digits, '_' and '.'");
        if (Tag.Length > 0 && !Name().IsMatch(Tag))
            s.Problem("tag", $"'{Tag}' is no usable name", "use at most 100 letters, digits, '_' and '.', and no '.' in front");
        Instrument = s.Text("instrument", null, "the detector, for example H1; begins every product's file name", "letters and digits");
        if (Instrument.Length > 0 && !Instrument.All(char.IsAsciiLetterOrDigit))
            s.Problem("instrument", $"'{Instrument}' is no instrument", "use letters and digits, for example H1");
        RootDir = s.NewPath("rootdir", ".", "folder of all products; relative to this file");
        var there = RootDir;
        while (there.Length > 1 && !Path.Exists(there)) there = Path.GetDirectoryName(there)!;
        if (FileKinds.Of(there) != FileKind.Folder) s.Problem("rootdir", $"'{there}' is a file", "name a folder");
        Classifiers = s.List(
            "classifiers", null, "nicknames of the classifiers; each has a section of its name", "nicknames separated by blanks");
        foreach (var twice in Classifiers.GroupBy(c => c, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            s.Problem("classifiers", $"the nickname '{twice.Key}' stands {twice.Count()} times", "give every classifier a name of its own");
        foreach (var bad in Classifiers.Where(c => !Nickname().IsMatch(c)))
            s.Problem("classifiers", $"'{bad}' is no usable nickname", "use at most 100 letters, digits and '_'");
        foreach (var reserved in Classifiers.Where(c => ConfigurationSections.Reserved.Contains(c, StringComparer.OrdinalIgnoreCase)))
            s.Problem("classifiers", $"the nickname '{reserved}' is the name of another section", "choose another nickname");
        Seed = (ulong)s.Integer("seed", "0", "key of every random choice; the same seed gives the same times and the same simulation");
        Compact = s.Duration(
            "compact", "3600",
            "quivers and series of this much time become one file for each classifier when all of it is done; 0 for never");
        LeapSeconds = s.ExistingFile("leap_seconds", "a leap-second table that replaces the built-in one");
    }

    /// <summary>Name of the analysis.</summary>
    public string Tag { get; }

    /// <summary>The detector.</summary>
    public string Instrument { get; }

    /// <summary>Folder of all products.</summary>
    public string RootDir { get; }

    /// <summary>Where products lie.</summary>
    public ProductPath Paths => new(RootDir, Tag, Instrument);

    /// <summary>Nicknames in the order of the file.</summary>
    public IReadOnlyList<string> Classifiers { get; }

    /// <summary>Key of every random choice.</summary>
    public ulong Seed { get; }

    /// <summary>Nanoseconds of products that become one file, aligned to GPS time; 0 for never.</summary>
    public long Compact { get; }

    /// <summary>A leap-second table, or null for the built-in one.</summary>
    public string? LeapSeconds { get; }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.]{0,99}$")]
    internal static partial Regex Name();

    [GeneratedRegex("^[A-Za-z0-9_]{1,100}$")]
    internal static partial Regex Nickname();
}
