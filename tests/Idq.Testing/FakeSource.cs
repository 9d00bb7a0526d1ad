namespace Idq.Testing;

/// <summary>
/// A source in memory that counts what is read of it, has what the test says it has by now, and fails when the test says so.
/// </summary>
public sealed class FakeSource : IEventSource
{
    readonly EventTable table;

    public FakeSource(EventTable table) => (this.table, Available) = (table, SegmentList.All);

    public ChannelDictionary Channels => table.Channels;

    public IReadOnlyList<string> Columns => table.Columns;

    /// <summary>What the source can deliver by now.</summary>
    public SegmentList Available { get; set; }

    /// <summary>What it can deliver by group of channels; null for one group, as <see cref="Available"/> says.</summary>
    public Delivery? Groups { get; set; }

    /// <summary>Where it was told to go on from.</summary>
    public List<string> Resumed { get; } = [];

    /// <summary>What it calls a position; null when it can be read at any time.</summary>
    public Func<GpsTime, string?> Positions { get; set; } = _ => null;

    /// <inheritdoc/>
    public string? Position(GpsTime time) => Positions(time);

    /// <inheritdoc/>
    public ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken)
    {
        Resumed.AddRange(positions);
        return ValueTask.CompletedTask;
    }

    /// <summary>Every span that was asked for.</summary>
    public List<Segment> Reads { get; } = [];

    /// <summary>What a read throws; null when it succeeds.</summary>
    public Func<Segment, Exception?> Fails { get; set; } = _ => null;

    /// <summary>What a read waits for before it looks.</summary>
    public Func<Segment, Task> Delay { get; set; } = _ => Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public async ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reads.Add(span);
        await Delay(span).WaitAsync(cancellationToken);
        if (Fails(span) is { } failure) throw failure;
        var delivered = Available.Clip(span);
        var builder = new EventTableBuilder(Channels, Columns);
        var values = new double[Columns.Count];
        for (var channel = 0; channel < Channels.Count; channel++)
        {
            var run = table.Run(channel, span);
            for (var i = 0; i < run.Count; i++)
            {
                if (!delivered.Contains(new GpsTime(run.Times[i]))) continue;
                for (var c = 0; c < values.Length; c++) values[c] = run.Column(c)[i];
                builder.Add(channel, run.Times[i], values);
            }
        }
        return builder.Build(span, Groups?.Clip(span) ?? Delivery.Of(delivered));
    }

    public void Dispose() => IsDisposed = true;
}
