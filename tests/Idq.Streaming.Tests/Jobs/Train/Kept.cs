using Idq.Learning;

namespace Idq.Streaming.Tests.Jobs.Train;

/// <summary>Strides as training keeps them.</summary>
static class Kept
{
    const long Padding = Gps.Second / 2;

    public static readonly QuiverFactory Factory = new(new("snr", Padding, Selection.Loudest,
        [new("H1:AUX_0", "snr"), new("H1:AUX_1", FeatureColumn.DeltaTime), new(Triggers.Witness, "frequency", Missing: -1)]));

    static readonly SampleDefinition Samples = new(Triggers.Target, [new("snr", 12, 99)], [new("snr", 8, 99)], Padding / 3, 1, 11);

    static readonly string[] Usable = ["H1:AUX_0", "H1:AUX_1", Triggers.Witness];

    /// <summary>Triggers of all kinds of classifier.</summary>
    public static UsefulTriggers Useful(double minimum = 10) =>
        new([new ClassifierTraits { UsesTriggers = true, Significance = "snr", MinSignificance = minimum }], Usable);

    /// <summary>A stride with random triggers, a hole in its good time and one behind it.</summary>
    public static KeptStride Stride(
        double start, double end, ulong seed = 1, double rate = 2, UsefulTriggers? useful = null, bool withFeatures = true)
    {
        var span = Gps.Seg(start, end);
        var table = Triggers.Random(span.Protract(Padding), seed + (ulong)start, rate: rate);
        var good = SegmentList.Of(span) - SegmentList.Of(Gps.Seg(start + (end - start) / 3, start + (end - start) / 2));
        var data = new StrideData(new Stride(0, span), new ClassifierData(table, good), SegmentList.Empty, []);
        var rows = Factory.Make(data.Data, SampleTimes.Draw(data.Data, span, Samples));
        return KeptStride.Of(data, rows, useful ?? Useful(), withFeatures);
    }

    /// <summary>Everything that a classifier can see of it, bit for bit.</summary>
    public static IEnumerable<string> Lines(this KeptStride kept) =>
    [
        $"{kept.Span} of {kept.Data.Data.Span}: {string.Join(' ', kept.Rows.Segments)} / {string.Join(' ', kept.Rows.CleanSegments)}",
        .. kept.Rows.Times.Select((t, i) => $"{t} {kept.Rows.Labels[i]} {Rows.Bits(kept.Rows.Weights[i])} {kept.Rows.Blind[i]}"),
        .. kept.Data.Data.Table.Lines(),
    ];

    /// <summary>Its features and marks, bit for bit.</summary>
    public static IEnumerable<string> Features(this KeptStride kept)
    {
        var features = kept.Rows.Features;
        for (var row = 0; row < features.Rows; row++)
            yield return string.Join(' ', features.Names.Select((n, f) => $"{n}={Rows.Bits(features[row, f])}"))
                + " | " + string.Join(' ', features.Channels.Select((c, i) => $"{c}:{features.Present(i)[row]}"));
    }
}
