using FsCheck.Fluent;

namespace Idq.Core.Tests.Features;

public sealed class FeatureMatrixTests
{
    static readonly FeatureMatrix Matrix = new(
        ["H1:A-snr", "H1:A-delta_time", "L1:B-snr"],
        2,
        [1, 2, 3, 4, 5, 6],
        ["H1:A", "L1:B"],
        [1, 0, 0, 1]
    );

    [Fact]
    public void Columns_are_contiguous()
    {
        Assert.Equal([3.0, 4], Matrix.Column(1).ToArray());
        Assert.Equal(6, Matrix[1, 2]);
        Assert.Equal([0, 1], Matrix.Present(1).ToArray());
    }

    [Fact]
    public void Patterns_select_features_in_column_order_and_keep_what_is_known_of_channels()
    {
        var snr = Matrix.Select(["L1*", "*-snr"]);
        Assert.Equal(["H1:A-snr", "L1:B-snr"], snr.Names);
        Assert.Equal([5.0, 6], snr.Column(1).ToArray());
        Assert.Equal([1, 0], snr.Present(0).ToArray());
        Assert.Same(Matrix, Matrix.Select(["*"]));
        Assert.Empty(Matrix.Select(["h1:a*"]).Names);
        Assert.Equal(2, Matrix.Select([]).Rows);
    }

    [Fact]
    public void A_quiver_selects_the_features_of_its_rows()
    {
        var data = new ClassifierData(Tables.Target(Tables.Span(1)), SegmentList.All);
        var quiver = new Quiver(data, SegmentList.All, SegmentList.All, [3, 4], [1, 0], [1, 2.5], () => Matrix);
        var selected = quiver.Select(["*delta_time"]);
        Assert.Single(selected.Features.Names);
        Assert.Equal(4.0, selected.Features[1, 0]);
        Assert.Equal((new GpsTime(4), Label.Clean, 2.5), (new GpsTime(selected.Times[1]), selected.Labels[1], selected.Weights[1]));
        Assert.Equal((1, 1), (selected.GlitchCount, selected.CleanCount));
    }

    [Fact]
    public void Matrices_joined_hold_the_rows_of_all_in_order() =>
        (
            from heights in Gen.Choose(0, 6).ArrayOf(4)
            from width in Gen.Choose(0, 4)
            from channels in Gen.Choose(0, 3)
            select (heights, width, channels)
        ).Check(x =>
        {
            var random = new CounterRandom(1, 2, 3);
            var names = Enumerable.Range(0, x.width).Select(f => $"f{f}").ToArray();
            var channels = Enumerable.Range(0, x.channels).Select(c => $"c{c}").ToArray();
            var parts = x.heights.Select(rows => new FeatureMatrix(names, rows,
                Enumerable.Range(0, rows * x.width).Select(_ => random.NextDouble()).ToArray(), channels,
                Enumerable.Range(0, rows * x.channels).Select(_ => (byte)random.NextLong(2)).ToArray())).ToArray();
            var whole = FeatureMatrix.Concatenate(parts);
            Assert.Equal(x.heights.Sum(), whole.Rows);
            for (var f = 0; f < x.width; f++) Assert.Equal(parts.SelectMany(p => p.Column(f).ToArray()), whole.Column(f).ToArray());
            for (var c = 0; c < x.channels; c++) Assert.Equal(parts.SelectMany(p => p.Present(c).ToArray()), whole.Present(c).ToArray());
        });

    [Fact]
    public void Values_and_marks_must_fit()
    {
        Assert.Throws<ArgumentException>(() => new FeatureMatrix(["a"], 2, [1]));
        Assert.Throws<ArgumentException>(() => new FeatureMatrix(["a"], 1, [1], ["c"], []));
        Assert.Throws<ArgumentException>(() => FeatureMatrix.Concatenate([]));
        Assert.Throws<ArgumentException>(() => FeatureMatrix.Concatenate([new(["a"], 1, [1]), new(["b"], 1, [1])]));
        Assert.Throws<ArgumentException>(() => FeatureMatrix.Concatenate([new(["a"], 1, [1]), new(["a"], 1, [1], ["c"], [1])]));
    }
}
