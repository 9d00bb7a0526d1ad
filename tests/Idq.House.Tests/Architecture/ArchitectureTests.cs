using Microsoft.CodeAnalysis;

namespace Idq.House.Tests.Architecture;

/// <summary>Arrows run down only: between rooms, and between the folders of a room.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Names that mean nothing to the compiler: the finder would be blind there.</summary>
    static readonly string[] Unresolved = ["CS0103", "CS0234", "CS0246", "CS0400"];

    public static TheoryData<string> Rooms => [.. Room.All.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Rooms))]
    public void Folders_of_a_room_make_no_circle(string room)
    {
        var circles = Circle.Among([.. Room.All[room].Mentions.Where(mention => mention.ToRoom == room)]);
        if (HouseRules.Of(room).KnownCircles is { } reason)
            Assert.True(circles.Count > 0, $"{room} has no circle any more: remove '{reason}' from its rule in HouseRules.cs");
        else
            Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Project_files_refer_to_rooms_above_only(string room) =>
        Assert.Empty(Room.All[room].References.Except(HouseRules.Of(room).MayUse));

    [Theory, MemberData(nameof(Rooms))]
    public void Sources_mention_rooms_above_only(string room)
    {
        var allowed = HouseRules.Of(room).MayUse;
        Assert.DoesNotContain(Room.All[room].Mentions, mention => mention.ToRoom != room && !allowed.Contains(mention.ToRoom));
    }

    [Theory, MemberData(nameof(Rooms))]
    public void The_finder_knows_every_name_of_a_room(string room) =>
        Assert.Empty(Room.All[room].Compilation.GetDiagnostics()
            .Where(problem => Unresolved.Contains(problem.Id))
            .Select(problem => problem.ToString()));

    [Fact]
    public void The_table_of_rooms_has_no_circle_itself()
    {
        var arrows =
            from rule in HouseRules.Rooms
            from other in rule.MayUse
            select new Mention(rule.Name, other, "HouseRules.cs", 0, other);
        Assert.Empty(Circle.Among([.. arrows]));
    }
}
