namespace Idq.Core.Tests.Journey;

/// <summary>A loop over strides as the streaming jobs run it: cadence, source, umbrella, samples, rows; on a virtual clock.</summary>
sealed class StrideLoop(EventTable everything, SegmentList good, SampleDefinition samples, FeatureDefinition features)
{
    readonly QuiverFactory factory = new(features);

    long Padding => Math.Max(samples.DirtyWindow, features.Window);

    /// <summary>The quiver of the whole range at once.</summary>
    public Quiver InOneBatch() => Row(new ClassifierData(everything, good & everything.Delivered), everything.Span);

    /// <summary>
    /// The quivers of strides, joined. The source gives each stretch of time once; older children are stripped when no stride needs them.
    /// </summary>
    public async Task<Quiver> InStrides(long stride)
    {
        var span = everything.Span;
        var cadence = new CadenceManager(
            new ReplayClock(span.Start),
            new CadenceOptions
            {
                Start = span.Start,
                Stride = stride,
                MaxTimestamp = span.End,
            }
        );
        var umbrella = new UmbrellaClassifierData();
        var quivers = new List<Quiver>();
        while (await cadence.WaitAsync(CancellationToken.None) is { } due)
        {
            var needed = due.Segment.Protract(Padding).Intersection(span)!.Value;
            var from = umbrella.Span?.End ?? needed.Start;
            if (from < needed.End) umbrella.Append(everything.Slice(new Segment(from, needed.End)));
            umbrella.StripBefore(needed.Start);
            quivers.Add(Row(umbrella.View(needed, good & umbrella.Delivered), due.Segment));
            cadence.Complete(due);
        }
        return Quiver.Concatenate(quivers, new ClassifierData(everything, good));
    }

    Quiver Row(ClassifierData data, Segment stride) => factory.Make(data, SampleTimes.Draw(data, stride, samples));

    /// <summary>The same rows, bit for bit.</summary>
    public static void AssertSame(Quiver expected, Quiver actual)
    {
        Assert.Equal(expected.Times, actual.Times);
        Assert.Equal(expected.Labels, actual.Labels);
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Segments, actual.Segments);
        Assert.Equal(expected.CleanSegments, actual.CleanSegments);
        Assert.Equal(expected.Features.Names, actual.Features.Names);
        for (var f = 0; f < expected.Features.Names.Count; f++)
            Assert.True(Bits(expected.Features.Column(f)).SequenceEqual(Bits(actual.Features.Column(f))), expected.Features.Names[f]);
        for (var c = 0; c < expected.Features.Channels.Count; c++)
            Assert.True(expected.Features.Present(c).SequenceEqual(actual.Features.Present(c)), expected.Features.Channels[c]);
    }

    static ReadOnlySpan<byte> Bits(ReadOnlySpan<double> values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values);
}
