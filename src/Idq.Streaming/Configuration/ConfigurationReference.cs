using System.Text;
using Idq.Data;

namespace Idq.Streaming;

/// <summary>The reference of all options, made from their declarations: the annotated INI file and the documentation page.</summary>
public static class ConfigurationReference
{
    // One classifier of each kind, under the name that its models have.
    static readonly string Example = $"""
        [general]
        tag = example
        instrument = H1
        rootdir = .
        classifiers = {string.Join(' ', Catalogue.BuiltIn.Classifiers.Flavors.Select(f => f.ModelName))}
        [samples]
        target_channel = H1:GDS-CALIB_STRAIN
        target_bounds = snr 8 inf
        dirty_bounds = snr 5 inf
        [train data discovery]
        flavor = MockClassifierData
        config = mock-channels.ini
        {string.Join('\n', Catalogue.BuiltIn.Classifiers.Flavors.Select(f => $"[{f.ModelName}]\nflavor = {f.Name}"))}
        """;

    /// <summary>The declarations of every section, with one classifier of each flavour, and the options of every kind of source.</summary>
    public static IReadOnlyList<SectionDeclaration> Sections()
    {
        var example = IniDocument.Parse(Example, "example.ini");
        var variants = Catalogue.BuiltIn.Sources.Flavors
            .Select(f => new ConfigurationText(example, ["train data discovery:flavor=" + f.Names[0]], new Dictionary<string, string>()))
            .Select(text => new Configuration(text).Declarations).ToArray();
        return [.. variants[0].Select((section, i) => section with
        {
            Options = [.. variants.SelectMany(v => v[i].Options).DistinctBy(o => o.Key)],
        })];
    }

    /// <summary>An annotated INI file: every option with its meaning; those that keep their default are commented out.</summary>
    public static string Ini(IReadOnlyList<SectionDeclaration> sections)
    {
        var example = IniDocument.Parse(Example, "example.ini");
        var text = new StringBuilder("; Every option with its default. Made by: stream options --format ini\n");
        foreach (var section in sections)
        {
            text.Append($"\n; {section.Meaning}\n[{section.Name}]\n");
            foreach (var option in section.Options)
            {
                text.Append($"; {option.Meaning} ({option.Expected}{(option.Default is null ? "; required" : "")})\n");
                var value = example.Find(section.Name)?.Find(option.Key)?.Value;
                text.Append(value is null ? $";{option.Key} = {option.Default}".TrimEnd() : $"{option.Key} = {value}").Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>A page of tables, one a section.</summary>
    public static string Markdown(IReadOnlyList<SectionDeclaration> sections)
    {
        var text = new StringBuilder("""
            # Configuration reference

            Every option, as the program declares it (`stream options --format markdown` prints this page). Sections and keys are compared
            without regard to case; an unknown one is an error with a suggestion. A comment has a line of its own and begins with `;` or
            `#`; a line that begins with white space continues the one above. Environment variables `STREAM__SECTION__KEY` (blanks as
            underscores) override the file, and `--set "section:key=value"` overrides both. Paths are relative to the file.


            """);
        foreach (var section in sections)
        {
            text.Append(
                $"## [{section.Name}]\n\n{char.ToUpperInvariant(section.Meaning[0])}{section.Meaning[1..]}.\n\n"
                    + "| option | default | unit | meaning |\n|---|---|---|---|\n"
            );
            foreach (var o in section.Options)
                text.Append(
                    $"| `{o.Key}` | {(o.Default is null ? "**required**" : o.Default.Length == 0 ? "" : $"`{o.Default}`")} | {o.Unit} "
                        + $"| {Escape(o.Meaning)} ({Escape(o.Expected)}) |\n"
                );
            text.Append('\n');
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
