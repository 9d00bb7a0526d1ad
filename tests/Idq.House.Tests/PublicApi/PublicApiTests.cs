using Idq.House.Tests.Architecture;

namespace Idq.House.Tests.PublicApi;

/// <summary>The rooms that others build on change their public members on purpose only: a text file beside this test has them.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Idq.Core")]
    [InlineData("Idq.Learning")]
    [InlineData("Idq.Tracking")]
    public void The_public_members_are_the_approved_ones(string room)
    {
        var approved = Repository.Path("tests", "Idq.House.Tests", "PublicApi", room + ".txt");
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi", room + ".txt");
        var old = File.Exists(approved) ? File.ReadAllLines(approved) : [];
        var now = PublicApiWriter.Lines(Room.All[room].Compilation);
        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        if (now.SequenceEqual(old))
        {
            File.Delete(received);
            return;
        }
        File.WriteAllLines(received, now);
        var difference = old.Except(now).Select(line => "- " + line).Concat(now.Except(old).Select(line => "+ " + line));
        Assert.Fail(
            $"The public members of {room} are not the approved ones of {approved}.\n{string.Join('\n', difference)}\n"
            + $"They are written to {received}. If the change is meant, run scripts/accept-api and commit the file with it.");
    }
}
