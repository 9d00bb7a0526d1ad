using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Idq.House.Tests.PublicApi;

/// <summary>Writes what a room shows to others: a type or member a line, in ordinal order, as <c>full name : modifiers type</c>.</summary>
/// <remarks>
/// Written are public types and their public members, and protected ones where another room can derive. Members that the compiler makes
/// (a record's equality, deconstruction and copy) are left out, apart from the constructor of a class that declares none. A reference
/// type without a question mark is never null.
/// </remarks>
static class PublicApiWriter
{
    static readonly SymbolDisplayFormat Format = Make(SymbolDisplayDelegateStyle.NameOnly);

    static readonly SymbolDisplayFormat DelegateFormat = Make(SymbolDisplayDelegateStyle.NameAndParameters);

    public static IReadOnlyList<string> Lines(CSharpCompilation compilation) =>
    [
        .. Types(compilation.Assembly.GlobalNamespace)
            .SelectMany(type => Members(type).Select(Line).Prepend(Line(type)))
            .Order(StringComparer.Ordinal),
    ];

    static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol parent) =>
        parent.GetMembers().OfType<INamespaceOrTypeSymbol>().Where(child => child is INamespaceSymbol || IsVisible(child))
            .SelectMany(child => child is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(child));

    static IEnumerable<ISymbol> Members(INamedTypeSymbol type) => type.GetMembers().Where(member => IsVisible(member) && member switch
    {
        IFieldSymbol field => !field.IsImplicitlyDeclared,
        IMethodSymbol { MethodKind: MethodKind.Constructor } constructor =>
            !constructor.IsImplicitlyDeclared
            || (type is { TypeKind: TypeKind.Class, IsAbstract: false } && constructor.Parameters.IsEmpty),
        IMethodSymbol method =>
            type.TypeKind != TypeKind.Delegate
            && !method.IsImplicitlyDeclared
            && method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion,
        IPropertySymbol or IEventSymbol => !member.IsImplicitlyDeclared,
        _ => false,
    });

    static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility == Accessibility.Public || IsProtected(symbol);

    static bool IsProtected(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Protected or Accessibility.ProtectedOrInternal
        && symbol.ContainingType is { IsSealed: false, TypeKind: not TypeKind.Struct };

    static string Line(INamedTypeSymbol type) =>
        $"{type.ToDisplayString(DelegateFormat)} : {string.Join(", ", Bases(type).Prepend(Kind(type)))}";

    static string Line(ISymbol member) => member switch
    {
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => Text(member),
        IMethodSymbol { MethodKind: MethodKind.Constructor } => Text(member) + Suffix(member, null),
        IFieldSymbol field => Text(field) + Suffix(field, field.Type),
        IEventSymbol happening => Text(happening) + Suffix(happening, happening.Type, "event "),
        IPropertySymbol property =>
            $"{Text(property)} {{ {Accessors(property)} }}" + Suffix(property, property.Type, Reference(property.RefKind)),
        IMethodSymbol method => Text(method) + Suffix(method, method.ReturnType, Reference(method.RefKind)),
        _ => throw new InvalidOperationException($"{member} is no member that can be written"),
    };

    static string Suffix(ISymbol member, ITypeSymbol? type, string kind = "")
    {
        var words = (Modifiers(member) + kind + (type is null ? "" : Text(type))).Trim();
        return words.Length == 0 ? "" : " : " + words;
    }

    static string Accessors(IPropertySymbol property)
    {
        List<string> accessors = [];
        if (property.GetMethod is { } getter && IsVisible(getter)) accessors.Add("get;");
        if (property.SetMethod is { } setter && IsVisible(setter))
            accessors.Add((IsProtected(setter) && !IsProtected(property) ? "protected " : "") + (setter.IsInitOnly ? "init;" : "set;"));
        return string.Join(' ', accessors);
    }

    static string Modifiers(ISymbol member)
    {
        var isInterface = member.ContainingType.TypeKind == TypeKind.Interface;
        var field = member as IFieldSymbol;
        return Words(
            (IsProtected(member), "protected"),
            (field is { IsConst: true }, "const"),
            (member.IsStatic && field is not { IsConst: true }, "static"),
            (field is { IsReadOnly: true }, "readonly"),
            (member is IFieldSymbol { IsRequired: true } or IPropertySymbol { IsRequired: true }, "required"),
            (member.IsAbstract && (!isInterface || member.IsStatic), "abstract"),
            (member.IsVirtual, "virtual"),
            (member.IsOverride && member.IsSealed, "sealed"),
            (member.IsOverride, "override"));
    }

    static string Kind(INamedTypeSymbol type)
    {
        var isClass = type.TypeKind == TypeKind.Class;
        var isStruct = type.TypeKind == TypeKind.Struct;
        return (IsProtected(type) ? "protected " : "")
            + Words(
                (isClass && type.IsStatic, "static"),
                (isClass && type.IsAbstract && !type.IsStatic, "abstract"),
                (isClass && type.IsSealed && !type.IsStatic, "sealed"),
                (isStruct && type.IsReadOnly, "readonly"),
                (isStruct && type.IsRefLikeType, "ref"),
                (type.IsRecord, "record"))
            + type.TypeKind.ToString().ToLower(CultureInfo.InvariantCulture)
            + (type.DelegateInvokeMethod is { } invoke ? $" {Text(invoke.ReturnType)}" : "");
    }

    static IEnumerable<string> Bases(INamedTypeSymbol type)
    {
        if (type is { TypeKind: TypeKind.Class, BaseType: { SpecialType: SpecialType.None } parent }) yield return Text(parent);
        if (type.EnumUnderlyingType is { SpecialType: not SpecialType.System_Int32 } number) yield return Text(number);
        // A record compares with itself because it is a record.
        foreach (var name in type.Interfaces.Where(IsVisible).Select(Text).Order(StringComparer.Ordinal))
            if (!type.IsRecord || name != $"System.IEquatable<{Text(type)}>") yield return name;
    }

    static SymbolDisplayFormat Make(SymbolDisplayDelegateStyle delegates) => new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeVariance
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        delegates,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static string Reference(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.RefReadOnly => "ref readonly ",
        _ => "",
    };

    static string Words(params (bool Applies, string Word)[] words) =>
        string.Concat(words.Where(word => word.Applies).Select(word => word.Word + " "));

    static string Text(ISymbol symbol) => symbol.ToDisplayString(Format);
}
