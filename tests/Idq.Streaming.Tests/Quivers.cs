using Idq.Learning;

namespace Idq.Streaming.Tests;

/// <summary>Quivers and maps made by hand.</summary>
static class Quivers
{
    /// <summary>Rows at given times; a glitch where the label is 1; one feature that counts up.</summary>
    public static Quiver Of(Segment span, params (double Time, byte Label, double Weight)[] rows)
    {
        var segments = SegmentList.Of(span);
        var data = new ClassifierData(Triggers.Of(span), segments);
        return new(
            data,
            segments,
            segments,
            rows.Select(r => Gps.At(r.Time).Nanoseconds).ToArray(),
            rows.Select(r => r.Label).ToArray(),
            rows.Select(r => r.Weight).ToArray(),
            () =>
                new FeatureMatrix(
                    ["H1:A-snr", "H1:B-snr"],
                    rows.Length,
                    [.. rows.Select((_, i) => i + 0.5), .. rows.Select(_ => double.NaN)]
                )
        );
    }

    /// <summary>A map of ranks that are high for glitches.</summary>
    public static CalibrationDocument Map(CalibrationKind kind = CalibrationKind.Kernel)
    {
        var map = CalibrationMap.Fit(kind, new RankSamples([0.7, 0.8, 0.9, 0.95]), new RankSamples([0.1, 0.2, 0.3, 0.15, 0.6]),
            new CalibrationRates(4, 100 * Gps.Second, 80 * Gps.Second, Gps.Second / 5));
        var provenance = new CalibrationProvenance("ovl", Gps.Seg(0, 100), Gps.List((0, 100)), [], []);
        return new(map, provenance, CalibrationFile.Hash(map, provenance));
    }
}
