using Idq.Data;
using Idq.Streaming;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Idq.Benchmarks.Replay;

/// <summary>Training of a week of 1 000 channels at 16 triggers a second, of which one in 200 is above the lowest threshold.</summary>
static class LongTraining
{
    const int Channels = 1_000, Rate = 16, Rare = 200, Witnesses = 5;

    /// <summary>Trains on so many seconds; gives the number of triggers and the most memory of this process.</summary>
    public static async Task<(long Triggers, long PeakBytes)> RunAsync(Laboratory lab, long seconds)
    {
        var folder = Directory.CreateDirectory(lab.PathOf("long-training")).FullName;
        var ini = Path.Combine(folder, "train.ini");
        await File.WriteAllTextAsync(ini, Ini, lab.Cancellation);
        var flavor = new SteadyFlavor();
        var catalogue = Catalogue.BuiltIn with { Sources = Catalogue.BuiltIn.Sources.With(flavor) };
        var configuration = Configuration.Load(ini, catalogue: catalogue);
        var run = new StreamRun(configuration, new StillClock(), LeapSeconds.BuiltIn, NullLoggerFactory.Instance);
        var range = Segment.FromSeconds(DenseRun.Start, DenseRun.Start + seconds);
        var peak = new Peak(lab);
        await run.RunAsync(new RunRequest(["train"], range.Start, range.End, 0, true), peak, lab.Cancellation);
        return (flavor.Source.Given, peak.Bytes);
    }

    // A model a day, or thereabouts.
    const string Ini = """
        [general]
        tag = week
        instrument = H1
        rootdir = products
        classifiers = ovl
        [samples]
        target_channel = H1:TARGET
        target_bounds = snr 8 inf
        dirty_bounds = snr 8 inf
        [train]
        random_rate = 0.1
        [train data discovery]
        flavor = Steady
        [train stream]
        stride = 64
        min_new_samples = 15000
        [ovl]
        flavor = OVL
        thresholds = 6 8 10 15 25
        windows = 0.025 0.05 0.1
        """;

    sealed class StillClock : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromUtc(2026, 1, 1, 0, 0);
    }

    sealed class Peak(Laboratory lab) : IProgress<RunProgress>
    {
        int strides;

        public long Bytes { get; private set; }

        public void Report(RunProgress value)
        {
            Bytes = Math.Max(Bytes, Environment.WorkingSet);
            if (++strides % 500 == 0) lab.Say($"{100 * value.Fraction:0} % trained, {new Figure(Bytes, "B")} at the most");
        }
    }

    sealed class SteadyFlavor : SourceFlavor
    {
        public SteadySource Source { get; } = new();

        public override IReadOnlyList<string> Names { get; } = ["Steady"];

        public override string Meaning => "every channel at a steady rate";

        public override SourceDefinition Read(IOptionReader options) => new("steady", _ => Source);
    }

    /// <summary>Made by arithmetic, because anything else would take longer than training.</summary>
    sealed class SteadySource : IEventSource
    {
        public ChannelDictionary Channels { get; } =
            new(Enumerable.Range(0, LongTraining.Channels).Select(c => $"H1:AUX_{c:D4}").Append("H1:TARGET"));

        public IReadOnlyList<string> Columns { get; } = ["snr"];

        public long Given { get; private set; }

        public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
        {
            const long Step = GpsTime.NanosecondsPerSecond / Rate;
            var first = (span.Start.Nanoseconds + Step - 1) / Step;
            var count = (int)((span.End.Nanoseconds + Step - 1) / Step - first);
            var offsets = Enumerable.Range(0, Channels.Count + 1).Select(c => c * count).ToArray();
            var (times, snr) = (new long[offsets[^1]], new double[offsets[^1]]);
            for (var (i, channel) = (0, 0); channel < Channels.Count; channel++)
            {
                var isWitness = channel < Witnesses || channel == Channels.Count - 1;
                for (var k = first; k < first + count; k++, i++)
                {
                    times[i] = k * Step;
                    var isLoud = CounterRandom.Mix((ulong)(k << 10) + (ulong)channel) % Rare == 0;
                    snr[i] = isWitness && k % (10 * Rate) == 0 ? 12 : isLoud ? 7 : 4;
                }
            }
            Given += offsets[^1];
            return new(EventTable.FromRuns(span, SegmentList.Of(span), Channels, Columns, times, [snr], offsets));
        }

        public void Dispose()
        {
        }
    }
}
