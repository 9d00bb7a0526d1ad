namespace Idq.House.Tests.Architecture;

/// <summary>The finder of circles, on small trees of sources.</summary>
public sealed class CircleTests
{
    [Fact]
    public void Two_folders_that_name_each_other_are_a_circle()
    {
        var circle = Assert.Single(Circles(("A/X.cs", "class X { Y y; }"), ("B/Y.cs", "class Y { X x; }")));
        Assert.Equal(["A", "B"], circle.Folders);
    }

    [Fact]
    public void Three_folders_are_a_circle_and_what_only_leads_to_it_is_not_in_it()
    {
        var circle = Assert.Single(Circles(
            ("A/X.cs", "class X { Y y; }"), ("B/Y.cs", "class Y { Z z; }"), ("C/Z.cs", "class Z { X x; End e; }"),
            ("D/User.cs", "class User { X x; }"), ("E/End.cs", "class End;")));
        Assert.Equal(["A", "B", "C"], circle.Folders);
        Assert.DoesNotContain(circle.Mentions, mention => mention.From == "D" || mention.To == "E");
    }

    [Fact]
    public void Two_circles_are_told_apart()
    {
        var circles = Circles(
            ("A/X.cs", "class X { Y y; V v; }"), ("B/Y.cs", "class Y { X x; }"),
            ("C/V.cs", "class V { W w; }"), ("D/W.cs", "class W { V v; }"));
        Assert.Equal([["A", "B"], ["C", "D"]], circles.Select(circle => circle.Folders));
    }

    [Fact]
    public void Arrows_that_run_down_only_are_no_circle() =>
        Assert.Empty(Circles(
            ("A/X.cs", "class X { Y y; Z z; }"), ("B/Y.cs", "class Y { Z z; }"),
            ("C/Z.cs", "class Z { Z next; }"), ("A/W.cs", "class W { X x; }")));

    [Fact]
    public void A_folder_and_a_folder_in_it_are_two()
    {
        var circle = Assert.Single(Circles(("Jobs/Job.cs", "class Job { Train t; }"), ("Jobs/Train/Train.cs", "class Train : Job;")));
        Assert.Equal(["Jobs", "Jobs/Train"], circle.Folders);
    }

    [Fact]
    public void A_circle_names_the_arrows_the_types_and_the_places_that_make_it()
    {
        var circle = Assert.Single(Circles(
            ("A/X.cs", "class X\n{\n    Y y;\n    Y y2;\n    Y y3;\n    Y y4;\n    Y y5;\n}"), ("B/Y.cs", "class Y { X x; }")));
        Assert.Equal(
            """
            circle of A, B:
              B -> A
                X in B/Y.cs:1
              A -> B
                Y in A/X.cs:3, A/X.cs:4, A/X.cs:5 and 2 more

            """,
            circle.ToString());
    }

    static IReadOnlyList<Circle> Circles(params (string, string)[] sources) =>
        Circle.Among(MentionFinder.In(Sources.Compile("Test", sources)));
}
