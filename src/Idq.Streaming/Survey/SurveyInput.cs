using Idq.Data;
using Idq.Learning;

namespace Idq.Streaming;

/// <summary>The data of a whole range as one stride, for commands that only look.</summary>
sealed class SurveyInput : IDisposable
{
    readonly Configuration configuration;
    readonly Segment range;
    readonly SharedInput input;
    readonly StreamProcessor processor;

    public SurveyInput(Configuration configuration, Segment range)
    {
        (this.configuration, this.range) = (configuration, range);
        input = new(EventSources.Open(configuration.Evaluate.Discovery, configuration.General.Seed, null));
        Channels = ChannelChoice.Of(configuration, input.Channels);
        processor = new(input, configuration.Evaluate.Discovery.IgnoreSegdb ? null : configuration.Segments.Open(), configuration.Padding);
    }

    public WitnessChannels Channels { get; }

    public ValueTask<StrideData> LoadAsync(CancellationToken cancellationToken) =>
        processor.LoadAsync(new Stride(0, range), cancellationToken);

    public SampleTimes Samples(StrideData data)
    {
        if (configuration.Samples.Labels is not { } labels)
            return SampleTimes.Draw(
                data.Data, range, configuration.Samples.Definition(configuration.Evaluate.RandomRate, configuration.General.Seed));
        var (times, values) = LabelledTimes.Read(labels);
        return SampleTimes.FromLabels(times, values, data.Segments);
    }

    public void Dispose()
    {
        processor.Dispose();
        input.Dispose();
    }
}
