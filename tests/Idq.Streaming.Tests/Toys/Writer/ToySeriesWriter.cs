using System.Text;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Toys.Writer;

/// <summary>Series as lines of text, and a message a stride about how much of it is OK.</summary>
sealed class ToySeriesWriter(string destination, ToyPost post) : ISeriesWriter, IMessageSender
{
    public static WriterFlavor<ISeriesWriter> Flavor(ToyPost post) => new(["ToySeries"], "text and messages", options =>
    {
        var destination = options.Text("destination", "toy", "where messages go");
        return () => new ToySeriesWriter(destination, post);
    });

    public void Write(PublishedSeries series, ProductOutput output)
    {
        var columns = series.Columns;
        var times = columns.Grid.ToArray();
        var lines = times.Select((t, i) => $"{t} {columns.Ok[i]} {Rows.Bits(columns.Rank[i])}");
        output.AddFile("txt", path => File.WriteAllLines(path, lines));
        var payload = $"{output.Span} {columns.Ok.Count(o => o == 1)} of {times.Length}";
        output.AddMessage(destination, series.Nickname, Encoding.UTF8.GetBytes(payload));
    }

    public string Destination => destination;

    public Task SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages) post.Deliver(message);
        return Task.CompletedTask;
    }
}
