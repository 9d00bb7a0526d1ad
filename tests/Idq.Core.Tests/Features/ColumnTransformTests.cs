namespace Idq.Core.Tests.Features;

public sealed class ColumnTransformTests
{
    [Theory]
    [InlineData(ColumnTransform.Identity, -3.5, -3.5)]
    [InlineData(ColumnTransform.Identity, double.NegativeInfinity, double.NegativeInfinity)]
    [InlineData(ColumnTransform.Log10, 1000, 3)]
    [InlineData(ColumnTransform.Log10, 0, double.NaN)]
    [InlineData(ColumnTransform.Log10, -1, double.NaN)]
    [InlineData(ColumnTransform.Log, Math.E, 1)]
    [InlineData(ColumnTransform.Log, 0, double.NaN)]
    [InlineData(ColumnTransform.Log, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(ColumnTransform.Sqrt, 9, 3)]
    [InlineData(ColumnTransform.Sqrt, 0, 0)]
    [InlineData(ColumnTransform.Sqrt, -1, double.NaN)]
    [InlineData(ColumnTransform.Abs, -7, 7)]
    [InlineData(ColumnTransform.Abs, double.NaN, double.NaN)]
    public void A_value_outside_the_domain_is_not_a_number(ColumnTransform transform, double value, double expected) =>
        Assert.Equal(expected, transform.Apply(value));

    [Fact]
    public void An_unknown_transform_is_a_defect() => Assert.Throws<ArgumentOutOfRangeException>(() => ((ColumnTransform)99).Apply(1));

    [Fact]
    public void An_unknown_selection_is_a_defect()
    {
        var data = new ClassifierData(Tables.Target(Tables.Span(1)), SegmentList.All);
        var factory = new QuiverFactory(new("significance", 1, (Selection)99, [new("T", "significance")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => factory.Vectorize(data, [1]));
    }

    [Fact]
    public void Features_are_named_by_channel_and_column()
    {
        Assert.Equal("H1:ABC-snr", new FeatureColumn("H1:ABC", "snr").Name);
        Assert.Equal("H1:ABC-delta_time", new FeatureColumn("H1:ABC", FeatureColumn.DeltaTime).Name);
        var factory = new QuiverFactory(new("snr", 1, Selection.Loudest, [new("B", "snr"), new("A", "snr"), new("B", "q")]));
        Assert.Equal(["B-snr", "A-snr", "B-q"], factory.Names);
    }

    [Fact]
    public void Channels_of_a_matrix_come_in_the_order_in_which_features_name_them()
    {
        var data = new ClassifierData(Tables.Random(1, 3, Tables.Span(1), 10), SegmentList.All);
        var factory = new QuiverFactory(
            new("significance", 1, Selection.Loudest, [new("C002", "frequency"), new("C000", "frequency"), new("C002", "significance")])
        );
        Assert.Equal(["C002", "C000"], factory.Vectorize(data, [5]).Channels);
    }

    [Fact]
    public void A_definition_without_features_gives_rows_without_columns()
    {
        var data = new ClassifierData(Tables.Random(1, 1, Tables.Span(1), 10), SegmentList.All);
        var matrix = new QuiverFactory(new("significance", 1, Selection.Loudest, [])).Vectorize(data, [5, 6]);
        Assert.Equal((2, 0, 0), (matrix.Rows, matrix.Names.Count, matrix.Channels.Count));
    }

    [Fact]
    public void No_rows_give_columns_without_values()
    {
        var data = new ClassifierData(Tables.Random(1, 1, Tables.Span(1), 10), SegmentList.All);
        foreach (var selection in Enum.GetValues<Selection>())
            Assert.True(
                new QuiverFactory(new("significance", 1, selection, [new("C000", "frequency")])).Vectorize(data, []).Column(0).IsEmpty
            );
    }
}
