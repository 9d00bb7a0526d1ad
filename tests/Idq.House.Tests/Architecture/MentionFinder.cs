using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Idq.House.Tests.Architecture;

/// <summary>Finds the mentions of types of other folders, with the compiler's own idea of what a name means.</summary>
/// <remarks>
/// A name mentions the type that it stands for. A static member or an extension method mentions the type that declares it, because
/// the name of that type need not stand beside it. Documentation comments and imports of namespaces mention nothing. A type that is
/// declared in several folders belongs to all of them: these do not mention it, and every other folder that names it mentions them all.
/// </remarks>
static class MentionFinder
{
    public static IReadOnlyList<Mention> In(CSharpCompilation compilation) =>
        [.. compilation.SyntaxTrees.SelectMany(tree => In(compilation.GetSemanticModel(tree), tree)).Distinct()];

    static IEnumerable<Mention> In(SemanticModel model, SyntaxTree tree)
    {
        var from = Folder(tree);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => !name.IsVar))
        {
            foreach (var type in Symbols(model.GetSymbolInfo(name)).Select(TypeOf).OfType<INamedTypeSymbol>())
            {
                var folders = type.OriginalDefinition.DeclaringSyntaxReferences.Select(part => Folder(part.SyntaxTree)).Distinct().ToList();
                if (folders.Contains(from)) continue;
                var line = tree.GetLineSpan(name.Span).StartLinePosition.Line + 1;
                foreach (var to in folders) yield return new(from, to, tree.FilePath, line, type.Name);
            }
        }
    }

    /// <summary>What the name means; in a file that does not compile, everything that it may mean.</summary>
    static IEnumerable<ISymbol> Symbols(SymbolInfo info) => info.Symbol is { } symbol ? [symbol] : info.CandidateSymbols;

    static INamedTypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol { ReducedFrom: { } extension } => extension.ContainingType,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor => constructor.ContainingType,
        IMethodSymbol or IPropertySymbol when symbol.ContainingType.IsExtension => symbol.ContainingType.ContainingType,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol when symbol.IsStatic => symbol.ContainingType,
        _ => null,
    };

    static string Folder(SyntaxTree tree) => Path.GetDirectoryName(tree.FilePath)!;
}
