namespace Idq.Streaming.Tests.Jobs.Train;

/// <summary>What is kept of many short strides is what was kept of each.</summary>
public sealed class KeptStrideTests
{
    static IReadOnlyList<string> Lines(Quiver rows) =>
    [
        $"{rows.Data.Span}: {string.Join(' ', rows.Segments)} / {string.Join(' ', rows.CleanSegments)}",
        .. rows.Times.Select((t, i) => $"{t} {rows.Labels[i]} {Rows.Bits(rows.Weights[i])} {rows.Blind[i]}"),
        .. rows.Data.Table.Lines(),
        .. Enumerable.Range(0, rows.Features.Rows).Select(r =>
            string.Join(' ', rows.Features.Names.Select((_, f) => Rows.Bits(rows.Features[r, f])))),
    ];

    [Theory]
    [InlineData(3, true)]
    [InlineData(1500, true)]
    [InlineData(1500, false)]
    public void Strides_that_are_joined_part_by_part_are_those_that_are_joined_at_once(int count, bool withTriggers)
    {
        var strides = Enumerable.Range(0, count).Where(k => k % 7 != 3).Select(k => Kept.Stride(2 * k, 2 * (k + 1), rate: 1)).ToArray();
        var data = strides.Select(s => s.Data).ToArray();
        var expected = Quiver.Concatenate([.. strides.Select(s => s.Rows)], StreamProcessor.Join(data, withTriggers));
        Assert.Equal(Lines(expected), Lines(KeptStride.Join(strides, withTriggers)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(200)]
    public void Few_triggers_and_many_are_kept_as_they_are(double rate)
    {
        var whole = Triggers.Random(Gps.Seg(99, 109), 5, rate: rate);
        var data = new StrideData(
            new Stride(0, Gps.Seg(100, 108)), new ClassifierData(whole, SegmentList.Of(Gps.Seg(100, 108))), SegmentList.Empty, []);
        var kept = KeptStride.Of(
            data.Stride, Kept.Useful(double.NegativeInfinity).Of(whole), data.Segments, data.Segments, [], [], [], [], null);
        Assert.Equal(Kept.Useful(double.NegativeInfinity).Of(whole).Lines(), kept.Data.Data.Table.Lines());
    }
}
