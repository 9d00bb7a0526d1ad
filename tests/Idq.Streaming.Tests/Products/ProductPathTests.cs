using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Products;

public sealed class ProductPathTests
{
    static readonly ProductPath Paths = Texts.Read(Texts.Least, ["general:rootdir=/products", "general:tag=O4.test"]).General.Paths;

    static Segment Seg(string start, string end) => new(GpsTime.Parse(start), GpsTime.Parse(end));

    [Fact]
    public void Names_follow_T050017_in_folders_of_a_hundred_thousand_seconds() =>
        Assert.Equal(
            "evaluate/my_ovl/12623/H1-IDQ_QUIVER_MY_OVL-1262304000-8.parquet",
            Paths.Relative("evaluate", "my_ovl", "quiver", Seg("1262304000", "1262304008"), "parquet")
        );

    [Theory]
    [InlineData("99999", "100007", "00000", "99999-8")]
    [InlineData("100000", "100008", "00001", "100000-8")]
    [InlineData("1262304000.5", "1262304000.75", "12623", "1262304000.5-0.25")]
    [InlineData("1262304000.000000001", "1262304002", "12623", "1262304000.000000001-1.999999999")]
    [InlineData("-5", "3", "00000", "-5-8")]
    public void Start_and_duration_are_exact(string start, string end, string gps5, string span) =>
        Assert.Equal($"train/ovl/{gps5}/H1-IDQ_MODEL_OVL-{span}.json", Paths.Relative("train", "ovl", "model", Seg(start, end), "json"));

    [Fact]
    public void The_description_has_no_hyphen()
    {
        var name = Path.GetFileName(Paths.Relative("batch", "ovl", "model_001-a", Seg("10", "20"), "json"));
        Assert.Equal("H1-IDQ_MODEL_001_A_OVL-10-10.json", name);
        Assert.Equal(4, name.Split('-').Length);
    }

    [Fact]
    public void Staging_is_beside_the_products_and_not_among_them()
    {
        Assert.Equal("/products/O4.test", Paths.Root);
        Assert.Equal("/products/.O4.test.staging", Paths.Staging);
        Assert.Equal("/products/O4.test/train/x", Paths.Absolute("train/x"));
    }
}
