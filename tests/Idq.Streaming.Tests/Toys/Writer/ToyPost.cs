using System.Text;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Toys.Writer;

/// <summary>Where the toy's messages arrive. It outlives the processes that send to it.</summary>
sealed class ToyPost
{
    readonly List<string> arrived = [];

    /// <summary>What arrived, in the order of arrival.</summary>
    public string[] Arrived
    {
        get
        {
            lock (arrived) return [.. arrived];
        }
    }

    /// <summary>What a delivery of one message throws; null when it succeeds.</summary>
    public Func<string, Exception?> Fails { get; set; } = _ => null;

    public void Deliver(OutboxMessage message)
    {
        var text = $"{message.Key} {Encoding.UTF8.GetString(message.Payload.Span)}";
        lock (arrived)
        {
            if (Fails(text) is { } failure) throw failure;
            arrived.Add(text);
        }
    }
}
