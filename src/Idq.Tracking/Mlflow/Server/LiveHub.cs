using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Idq.Tracking.Mlflow;

/// <summary>Hands points that were committed to those who watch their run.</summary>
/// <threadsafety>Safe.</threadsafety>
sealed class LiveHub
{
    // A watcher that is more than so many batches behind loses the oldest; it still gets the newest value of every metric.
    const int Waiting = 1000;

    readonly ConcurrentDictionary<string, ConcurrentDictionary<Channel<IReadOnlyList<TrackedPoint>>, bool>> watchers = new(
        StringComparer.Ordinal
    );

    readonly Lock changing = new();

    /// <summary>Watches a run until disposed of.</summary>
    public Watch Open(string run)
    {
        var channel = Channel.CreateBounded<IReadOnlyList<TrackedPoint>>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );
        lock (changing)
            watchers.GetOrAdd(run, static _ => new()).TryAdd(channel, true);
        return new Watch(this, run, channel);
    }

    /// <summary>Tells of points that are committed.</summary>
    public void Publish(string run, IReadOnlyList<TrackedPoint> points)
    {
        if (points.Count == 0 || watchers.IsEmpty || !watchers.TryGetValue(run, out var channels))
            return;
        foreach (Channel<IReadOnlyList<TrackedPoint>> channel in channels.Keys)
            channel.Writer.TryWrite(points);
    }

    /// <summary>One watcher's view.</summary>
    internal sealed class Watch(LiveHub hub, string run, Channel<IReadOnlyList<TrackedPoint>> channel) : IDisposable
    {
        public ChannelReader<IReadOnlyList<TrackedPoint>> Points => channel.Reader;

        public void Dispose()
        {
            lock (hub.changing)
            {
                if (!hub.watchers.TryGetValue(run, out var channels))
                    return;
                channels.TryRemove(channel, out _);
                if (channels.IsEmpty)
                    hub.watchers.TryRemove(run, out _);
            }
        }
    }
}
