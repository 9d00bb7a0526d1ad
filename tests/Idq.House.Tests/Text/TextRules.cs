using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Idq.House.Tests.Text;

/// <summary>The rules of the house that neither the compiler nor the formatter holds.</summary>
static partial class TextRules
{
    public const int Columns = 140;

    /// <summary>What is wrong with a source file. Blanks and tabs inside a literal are data and not judged.</summary>
    public static IEnumerable<Finding> OfSource(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        return [.. OfText(text, position => IsLiteral(root.FindToken(position))), .. LongLines(text), .. Prefixed(root)];
    }

    /// <summary>What is wrong with a file of any kind.</summary>
    public static IEnumerable<Finding> OfText(string text) => OfText(text, _ => false);

    static IEnumerable<Finding> OfText(string text, Func<int, bool> isData)
    {
        foreach (var (line, number, start) in Lines(text))
        {
            var tab = line.IndexOf('\t');
            if (tab >= 0 && !isData(start + tab)) yield return new(number, "a tab");
            var end = line.TrimEnd().Length;
            if (end < line.Length && !isData(start + end)) yield return new(number, "blanks at the end");
            if (Leftover().IsMatch(line)) yield return new(number, "a leftover of a merge");
        }
    }

    static IEnumerable<Finding> LongLines(string text) =>
        from line in Lines(text)
        where line.Text.Length > Columns
        select new Finding(line.Number, $"{line.Text.Length} columns of {Columns}");

    static IEnumerable<Finding> Prefixed(SyntaxNode root) =>
        from field in root.DescendantNodes().OfType<FieldDeclarationSyntax>()
        from name in field.Declaration.Variables
        where Prefix().IsMatch(name.Identifier.ValueText)
        select new Finding(LineOf(name.Identifier), $"the field '{name.Identifier.ValueText}' has a prefix");

    static IEnumerable<(string Text, int Number, int Start)> Lines(string text)
    {
        var start = 0;
        foreach (var (number, line) in text.Split('\n').Index())
        {
            yield return (line, number + 1, start);
            start += line.Length + 1;
        }
    }

    static bool IsLiteral(SyntaxToken token) =>
        token.Kind() is SyntaxKind.StringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.Utf8StringLiteralToken
            or SyntaxKind.Utf8MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringTextToken;

    static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex("^(<<<<<<< |>>>>>>> |\\|\\|\\|\\|\\|\\|\\| |=======$)")]
    private static partial Regex Leftover();

    [GeneratedRegex("^[a-z]?_")]
    private static partial Regex Prefix();
}
