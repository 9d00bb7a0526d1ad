using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Idq.House.Tests.Options;

/// <summary>Finds options of the configuration that are read and then dropped, so that setting them does nothing.</summary>
/// <remarks>
/// A reading call is one on a reader of options, or one that is given such a reader, and has a value. The value is followed to the
/// local variable, property or parameter that takes it. A property counts as used when some member other than the constructors of its
/// own type reads it, a variable when it is mentioned again. What only becomes a complaint about the value itself is no use.
/// </remarks>
static class OptionUse
{
    static readonly string[] Readers = ["IOptionReader", "SectionReader"];

    /// <summary>Every option that is dropped, with its place.</summary>
    public static IReadOnlyList<string> Dropped(IEnumerable<CSharpCompilation> rooms)
    {
        var models = rooms.SelectMany(r => r.SyntaxTrees.Select(t => (Root: t.GetRoot(), Model: r.GetSemanticModel(t)))).ToArray();
        // To bind a name takes long: only those that may be meant. Who declares options names a reader of them, or a flavor.
        var values = models.Where(m => Mentions(m.Root)).SelectMany(m => m.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => IsReading(call, m.Model)).Select(call => (Call: call, Taker: TakerOf(call, m.Model)))).ToArray();
        var names = values.Select(v => v.Taker).OfType<IPropertySymbol>().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var used = models.SelectMany(m => m.Root.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(n => names.Contains(n.Identifier.Text) && IsRead(n) && !IsComplaint(n))
            .Select(n => (Property: m.Model.GetSymbolInfo(n).Symbol as IPropertySymbol, Name: n))
            .Where(u => u.Property is not null && !IsInConstructorOf(u.Property, u.Name, m.Model))
            .Select(u => Key(u.Property!))).ToHashSet(StringComparer.Ordinal);
        bool IsUsed(ISymbol? taker) => taker is IPropertySymbol property ? used.Contains(Key(property)) : taker is not null;
        return [.. values.Where(v => !IsUsed(v.Taker)).Select(v => Place(v.Call))];
    }

    static bool Mentions(SyntaxNode root) =>
        root.ToString() is var text && Readers.Append("Flavor").Any(word => text.Contains(word, StringComparison.Ordinal));

    static bool IsReading(InvocationExpressionSyntax call, SemanticModel model) =>
        model.GetSymbolInfo(call).Symbol is IMethodSymbol { ReturnsVoid: false } method
        && method.ReturnType.SpecialType != SpecialType.System_Boolean | method.Name == "Flag"
        && (IsReader(method.ContainingType)
            ? method.Parameters is [{ Name: "key" }, ..] && !IsReader(model.GetDeclaredSymbol(TypeOf(call)) as INamedTypeSymbol)
            : call.ArgumentList.Arguments.Any(a => IsReader(model.GetTypeInfo(a.Expression).Type)));

    static bool IsReader(ITypeSymbol? type) => type is not null && Readers.Contains(type.Name);

    // What takes a value: a property, or something else that uses it; null when nothing does.
    static ISymbol? TakerOf(ExpressionSyntax value, SemanticModel model)
    {
        for (SyntaxNode at = value; ; at = at.Parent!)
        {
            switch (at.Parent)
            {
                case ExpressionStatementSyntax: return null;
                case AssignmentExpressionSyntax assignment when assignment.Right == at:
                    return model.GetSymbolInfo(assignment.Left).Symbol switch
                    {
                        IDiscardSymbol => null,
                        ILocalSymbol local => IsMentioned(local, assignment, model) ? local : null,
                        var symbol => symbol,
                    };
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                    var declared = model.GetDeclaredSymbol(variable);
                    return declared is ILocalSymbol && !IsMentioned(declared, variable, model) ? null : declared;
                case ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax creation } argument
                    when PropertyOf(creation, argument, model) is { } property:
                    return property;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }
                    when !IsProblem(call) && model.GetSymbolInfo(call).Symbol is IMethodSymbol { ReturnsVoid: true } method:
                    return method;
                case StatementSyntax or MemberDeclarationSyntax or ArrowExpressionClauseSyntax or null:
                    return model.Compilation.Assembly;
            }
        }
    }

    // The property that a constructor fills from a parameter has its name.
    static IPropertySymbol? PropertyOf(BaseObjectCreationExpressionSyntax creation, ArgumentSyntax argument, SemanticModel model)
    {
        if (model.GetSymbolInfo(creation).Symbol is not IMethodSymbol constructor) return null;
        var place = creation.ArgumentList!.Arguments.IndexOf(argument);
        var name = argument.NameColon?.Name.Identifier.Text ?? constructor.Parameters.ElementAtOrDefault(place)?.Name;
        return constructor.ContainingType.GetMembers().OfType<IPropertySymbol>()
            .FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    static bool IsMentioned(ISymbol local, SyntaxNode at, SemanticModel model) =>
        at.Ancestors().First(a => a is MemberDeclarationSyntax).DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(n => n.Identifier.Text == local.Name && IsRead(n) && !IsComplaint(n)
                && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n).Symbol, local));

    // "if (value is wrong) s.Problem(...)" judges a value and does nothing with it.
    static bool IsComplaint(SyntaxNode name) =>
        name.Ancestors().OfType<InvocationExpressionSyntax>().Any(IsProblem)
        || name.Ancestors().OfType<IfStatementSyntax>().Any(i =>
            i.Condition.Span.Contains(name.Span) && i.Else is null
            && i.Statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && IsProblem(call));

    static bool IsProblem(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Problem" };

    static bool IsRead(SimpleNameSyntax name)
    {
        SyntaxNode whole = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return whole.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != whole;
    }

    static bool IsInConstructorOf(IPropertySymbol property, SyntaxNode name, SemanticModel model) =>
        name.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } constructor
        && model.GetDeclaredSymbol(constructor)?.ContainingType.Name == property.ContainingType.Name;

    static TypeDeclarationSyntax TypeOf(SyntaxNode node) => node.Ancestors().OfType<TypeDeclarationSyntax>().First();

    static string Key(IPropertySymbol property) => $"{property.ContainingType.OriginalDefinition.ToDisplayString()}.{property.Name}";

    static string Place(InvocationExpressionSyntax call)
    {
        var first = call.ArgumentList.Arguments.FirstOrDefault()?.Expression;
        var key = first is LiteralExpressionSyntax ? first.ToString() : call.ToString();
        return $"{call.SyntaxTree.FilePath}:{call.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {key} is read and dropped";
    }
}
