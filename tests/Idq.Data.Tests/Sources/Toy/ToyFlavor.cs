namespace Idq.Data.Tests.Sources;

/// <summary>A source that ticks: an event every period, in one channel. It shows all that a new kind of source needs.</summary>
sealed class ToyFlavor(params string[] names) : SourceFlavor
{
    public override IReadOnlyList<string> Names { get; } = names.Length > 0 ? names : ["ToyClassifierData", "toy"];

    public override string Meaning => "an event every period";

    public override SourceDefinition Read(IOptionReader options)
    {
        var period = options.Duration("period", "1", "seconds between two events", min: 1);
        var channel = options.Text("channel", "T", "the channel");
        return new(SourceDefinition.KeyOf("toy", period, channel), context => new Ticks(period, channel, context));
    }

    sealed class Ticks(long period, string channel, SourceContext context) : IEventSource
    {
        public ChannelDictionary Channels { get; } = new([channel]);

        public IReadOnlyList<string> Columns { get; } = ["snr"];

        public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
        {
            var delivered = SegmentList.Of(context.Now is { } now ? new(span.Start, GpsTime.Min(span.End, now())) : span);
            var builder = new EventTableBuilder(Channels, Columns);
            foreach (var segment in delivered)
            {
                var first = (segment.Start.Nanoseconds + period - 1) / period * period;
                for (var time = first; time < segment.End.Nanoseconds; time += period) builder.Add(0, time, [context.Seed]);
            }
            return new(builder.Build(span, delivered));
        }

        public void Dispose()
        {
        }
    }
}
