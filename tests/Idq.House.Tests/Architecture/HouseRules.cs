namespace Idq.House.Tests.Architecture;

/// <summary>What the architecture tests expect of one room.</summary>
/// <param name="Name">The project below <c>src</c>.</param>
/// <param name="MayUse">The rooms that its project file and its sources may name.</param>
/// <param name="KnownCircles">Why circles between its folders are accepted for now; null when none are.</param>
sealed record RoomRule(string Name, IReadOnlyList<string> MayUse, string? KnownCircles = null);

/// <summary>The table of rooms: which room may use which, and the circles that are known.</summary>
static class HouseRules
{
    public static IReadOnlyList<RoomRule> Rooms { get; } =
    [
        new("Idq.Core", []),
        new("Idq.Learning", ["Idq.Core"]),
        new("Idq.Data", ["Idq.Core"]),
        new("Idq.Pipelines", []),
        new("Idq.Tracking", [], KnownCircles: "the tracker's store is one partial class over all folders; issue 13 takes it apart"),
        new("Idq.Streaming", ["Idq.Core", "Idq.Learning", "Idq.Data", "Idq.Pipelines", "Idq.Tracking"]),
        new("Idq.Reports", ["Idq.Core", "Idq.Learning", "Idq.Data", "Idq.Pipelines", "Idq.Tracking", "Idq.Streaming"]),
        new("Idq.Cli", ["Idq.Core", "Idq.Learning", "Idq.Data", "Idq.Pipelines", "Idq.Tracking", "Idq.Streaming", "Idq.Reports"]),
    ];

    public static RoomRule Of(string room) =>
        Rooms.FirstOrDefault(rule => rule.Name == room)
        ?? throw new InvalidOperationException($"src/{room} is not in the table of rooms; add it to HouseRules.cs and to CONTRIBUTING.md");
}
