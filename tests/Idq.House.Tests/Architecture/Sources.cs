using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Idq.House.Tests.Architecture;

/// <summary>Makes a compilation of sources, with the settings that all projects have.</summary>
static class Sources
{
    // What a name means does not depend on what may be null; that analysis would take most of the time.
    static readonly CSharpParseOptions Parsing = new CSharpParseOptions(LanguageVersion.Latest, DocumentationMode.Parse)
        .WithFeatures([new("run-nullable-analysis", "never")]);

    static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>The namespaces that <c>ImplicitUsings</c> imports.</summary>
    static readonly string[] Implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    /// <summary>The framework and the packages that the test itself runs on; the rooms come from their sources only.</summary>
    static readonly MetadataReference[] Assemblies =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(file => !Path.GetFileName(file).StartsWith("Idq.", StringComparison.Ordinal))
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    public static CSharpCompilation Compile(
        string name,
        IEnumerable<(string Path, string Text)> files,
        IReadOnlyList<CSharpCompilation>? rooms = null,
        IEnumerable<string>? usings = null)
    {
        var imported = string.Concat(Implicit.Concat(usings ?? []).Select(space => $"global using {space};\n"));
        return CSharpCompilation.Create(
            name,
            files.Append((Path: $"{name}/Usings.cs", Text: imported))
                .Select(file => CSharpSyntaxTree.ParseText(file.Text, Parsing, file.Path)),
            [.. Assemblies, .. (rooms ?? []).Select(room => room.ToMetadataReference())],
            Options);
    }
}
