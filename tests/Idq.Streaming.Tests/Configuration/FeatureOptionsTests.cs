namespace Idq.Streaming.Tests.Configurations;

public sealed class FeatureOptionsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public FeatureOptionsTests() => folder.Write("channels.ini", Analysis.Channels);

    Configuration Read(params string[] settings) => Texts.Read(Texts.Least, settings, path: folder.File("test.ini"));

    [Fact]
    public void Channels_may_be_given_inline()
    {
        var c = Read("features:channels=H1:A, H1:B");
        Assert.Empty(c.Problems);
        Assert.Equal(["H1:A", "H1:B"], c.Features.Channels);
        Assert.Empty(c.Features.UnsafeChannels);
    }

    [Fact]
    public void Channels_may_be_given_in_a_file_with_marks()
    {
        folder.Write("list.txt", "# name mark\n\nH1:A safe # unsafe?\nH1:B\tUNSAFE\n; remark\nH1:C ; new\nH1:D 16384 safe\n");
        var c = Read("features:channels=list.txt");
        Assert.Empty(c.Problems);
        Assert.Equal(["H1:A", "H1:C", "H1:D"], c.Features.Channels);
        Assert.Equal(["H1:B"], c.Features.UnsafeChannels);
    }

    [Fact]
    public void A_line_that_is_no_channel_is_named()
    {
        var path = folder.Write("list.txt", "H1:A safe\nH1:B dangerous\n");
        Assert.Equal(
            $"line 2 of '{path}' is no channel: 'H1:B dangerous'",
            Assert.Single(Read("features:channels=list.txt").Problems).Message
        );
    }

    [Fact]
    public void A_channel_cannot_be_both_safe_and_unsafe()
    {
        folder.Write("list.txt", "H1:A safe\nH1:A unsafe\n");
        Assert.StartsWith(
            "'H1:A' is both safe and unsafe",
            Assert.Single(Read("features:channels=list.txt").Problems).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unsafe_channel_is_never_a_feature()
    {
        folder.Write("list.txt", "H1:A safe\nH1:INJ unsafe\n");
        var problem = Assert.Single(Read("features:channels=list.txt", "features:features=H1:A-snr H1:INJ-snr").Problems);
        Assert.Equal(("features", "the feature 'H1:INJ-snr' is of the unsafe channel 'H1:INJ'"), (problem.Key, problem.Message));
        Assert.Equal(["H1:A-snr"], Read("features:channels=list.txt").Features.Definition(["H1:A"]).Columns.Select(c => c.Name));
    }

    [Fact]
    public void Every_column_of_every_channel_is_a_feature_in_order()
    {
        var definition = Read(
            "features:columns=snr delta_time",
            "features:transforms=snr:log10 delta_time:abs",
            "features:missing=-1",
            "features:window=0.25",
            "features:selection=pointy"
        )
            .Features.Definition(["H1:A", "H1:B"]);
        Assert.Equal(["H1:A-snr", "H1:A-delta_time", "H1:B-snr", "H1:B-delta_time"], definition.Columns.Select(c => c.Name));
        Assert.Equal(
            [ColumnTransform.Log10, ColumnTransform.Abs, ColumnTransform.Log10, ColumnTransform.Abs],
            definition.Columns.Select(c => c.Transform)
        );
        Assert.All(definition.Columns, c => Assert.Equal(-1, c.Missing));
        Assert.Equal((250_000_000L, Selection.Pointy, "snr"), (definition.Window, definition.Selection, definition.Significance));
    }

    [Fact]
    public void Features_may_be_named_one_by_one()
    {
        var definition = Read("features:features=H1:B-frequency H1:A-snr", "features:transforms=frequency:log")
            .Features.Definition(["H1:A", "H1:A-B", "H1:B"]);
        Assert.Equal(["H1:A-snr", "H1:B-frequency"], definition.Columns.Select(c => c.Name));
        Assert.Equal(ColumnTransform.Log, definition.Columns[1].Transform);
        Assert.All(definition.Columns, c => Assert.True(double.IsNaN(c.Missing)));
    }

    [Theory]
    [InlineData("snr")]
    [InlineData("snr:cube")]
    [InlineData(":log10")]
    public void A_change_of_scale_names_column_and_function(string text) =>
        Assert.Equal($"'{text}' is no change of scale", Assert.Single(Read("features:transforms=" + text).Problems).Message);

    [Theory]
    [InlineData("error", true)]
    [InlineData("ignore", false)]
    public void A_missing_channel_is_an_error_unless_the_configuration_says_otherwise(string text, bool expected) =>
        Assert.Equal(expected, Read("features:missing_channels=" + text).Features.MissingChannelIsError);

    public void Dispose() => folder.Dispose();
}
