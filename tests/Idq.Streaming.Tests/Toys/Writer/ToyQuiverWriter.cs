using System.Text;

namespace Idq.Streaming.Tests.Toys.Writer;

/// <summary>Rows as lines of text, and a message that nobody sends: it writes messages and is no sender of them.</summary>
sealed class ToyQuiverWriter : IQuiverWriter
{
    public const string Destination = "nobody";

    public static WriterFlavor<IQuiverWriter> Flavor { get; } = new(["ToyQuiver"], "text", _ => () => new ToyQuiverWriter());

    public void Write(EvaluatedQuiver quiver, ProductOutput output)
    {
        output.AddFile("txt", path => File.WriteAllLines(path, Lines(quiver)));
        output.AddMessage(Destination, quiver.Nickname, Encoding.UTF8.GetBytes($"{quiver.Span} {quiver.Quiver.Count}"));
    }

    static IEnumerable<string> Lines(EvaluatedQuiver quiver) =>
        Enumerable.Range(0, quiver.Quiver.Count).Select(i =>
            $"{quiver.Quiver.Times[i]} {quiver.Quiver.Labels[i]} {Rows.Bits(quiver.Ranks[i])}");
}
