namespace Idq.House.Tests.Architecture;

/// <summary>What mentions a type and what does not. The file that names the type is in folder A, the type is in another folder.</summary>
public sealed class MentionFinderTests
{
    [Theory]
    [InlineData("class X { Y? field; }", "a field")]
    [InlineData("class X { object Make() => new Y(); }", "an object")]
    [InlineData("class X : Y;", "a base")]
    [InlineData("class X { System.Collections.Generic.List<Dictionary<int, Y[]>>? ys; }", "an argument of a generic type")]
    [InlineData("class X<T> where T : Y;", "a constraint")]
    [InlineData("class X { void Do() => Generic<Y>(); void Generic<T>() { } }", "an argument of a generic method")]
    [InlineData("class X { bool Is(object o) => o is Y; }", "a pattern")]
    [InlineData("class X { string Name => nameof(Y); }", "a name")]
    [InlineData("class X { System.Type Type => typeof(Y); }", "a type of")]
    [InlineData("class X { B.Y? y; }", "a full name")]
    [InlineData("using Other = B.Y; class X { Other? y; }", "an alias")]
    public void A_type_is_mentioned_by(string source, string how)
    {
        var mentions = Mentions(("A/X.cs", "using B;\n" + source), ("B/Y.cs", "namespace B; public class Y;"));
        Assert.True(mentions.Count > 0, how);
        Assert.All(mentions, mention => Assert.Equal(new("A", "B", "A/X.cs", 2, "Y"), mention));
    }

    [Fact]
    public void A_generic_type_is_mentioned_by_any_of_its_constructions() =>
        Assert.Equal(["Y"], Types(("A/X.cs", "class X { Y<int>? a; Y<string> B() => new(); }"), ("B/Y.cs", "class Y<T>;")));

    [Fact]
    public void An_attribute_is_mentioned_without_its_ending() =>
        Assert.Equal(["MarkAttribute"], Types(("A/X.cs", "[Mark] class X;"), ("B/Mark.cs", "class MarkAttribute : System.Attribute;")));

    [Fact]
    public void An_extension_method_mentions_the_class_that_declares_it() =>
        Assert.Equal(["More"], Types(
            ("A/X.cs", "class X { int Twice(int i) => i.Twice(); }"),
            ("B/More.cs", "static class More { public static int Twice(this int i) => 2 * i; }")));

    [Fact]
    public void An_extension_property_mentions_the_class_that_declares_it() =>
        Assert.Equal(["More"], Types(
            ("A/X.cs", "class X { int Twice(int i) => i.Twice; }"),
            ("B/More.cs", "static class More { extension(int i) { public int Twice => 2 * i; } }")));

    [Fact]
    public void A_member_of_an_imported_class_mentions_the_class() =>
        Assert.Contains("Tools", Types(
            ("A/X.cs", "using static N.Tools; class X { int One() => Get(); }"),
            ("B/Tools.cs", "namespace N; static class Tools { public static int Get() => 1; }")));

    [Fact]
    public void A_nested_type_is_declared_where_it_stands()
    {
        var mentions = Mentions(
            ("A/X.cs", "class X { Outer.Inner? y; }"),
            ("B/Outer.cs", "partial class Outer;"),
            ("C/Outer.Inner.cs", "partial class Outer { public class Inner; }"));
        Assert.Equal([("B", "Outer"), ("C", "Inner"), ("C", "Outer")], Ends(mentions));
    }

    [Fact]
    public void A_partial_type_belongs_to_the_folders_of_all_its_parts()
    {
        var mentions = Mentions(
            ("A/X.cs", "class X { Y? y; }"),
            ("B/Y.cs", "partial class Y { Y? next; }"),
            ("C/Y.cs", "partial class Y { Y? last; }"),
            ("C/Z.cs", "class Z : Y;"));
        Assert.All(mentions, mention => Assert.Equal("A", mention.From));
        Assert.Equal([("B", "Y"), ("C", "Y")], Ends(mentions));
    }

    [Fact]
    public void A_documentation_comment_mentions_nothing() =>
        Assert.Empty(Types(("A/X.cs", "/// <summary>See <see cref=\"Y\"/>.</summary>\n// Y\nclass X;"), ("B/Y.cs", "class Y;")));

    [Fact]
    public void An_imported_namespace_mentions_nothing() =>
        Assert.Empty(Types(("A/X.cs", "using B; class X;"), ("B/Y.cs", "namespace B; public class Y;")));

    [Fact]
    public void A_type_of_the_same_folder_or_of_the_framework_is_no_mention() =>
        Assert.Empty(Types(("A/X.cs", "class X { Y? y; string? s; }"), ("A/Y.cs", "class Y;")));

    [Fact]
    public void A_file_that_does_not_compile_is_read_as_far_as_it_goes() =>
        Assert.Equal(["Tools", "Y"], Types(
            ("A/X.cs", "class X : Missing { Y? y; void Do() => Tools.Do(1, missing); }"),
            ("B/Y.cs", "class Y;"),
            ("B/Tools.cs", "static class Tools { public static void Do() { } }")));

    [Fact]
    public void A_type_of_another_room_is_mentioned_with_its_folder()
    {
        var below = Sources.Compile("Below", [("Below/B/Y.cs", "public class Y;")]);
        var mention = Assert.Single(MentionFinder.In(Sources.Compile("Above", [("Above/A/X.cs", "class X { Y? y; }")], [below])));
        Assert.Equal(("Above", "Below", "Below/B"), (mention.FromRoom, mention.ToRoom, mention.To));
    }

    static IReadOnlyList<Mention> Mentions(params (string, string)[] sources) => MentionFinder.In(Sources.Compile("Test", sources));

    static IEnumerable<string> Types(params (string, string)[] sources) =>
        Mentions(sources).Select(mention => mention.Type).Distinct().Order(StringComparer.Ordinal);

    static IEnumerable<(string To, string Type)> Ends(IEnumerable<Mention> mentions) =>
        mentions.Select(mention => (mention.To, mention.Type)).Distinct().Order();
}
