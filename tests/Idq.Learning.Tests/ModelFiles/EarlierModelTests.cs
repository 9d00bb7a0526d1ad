using System.Text;

namespace Idq.Learning.Tests.ModelFiles;

/// <summary>
/// Documents with hashes that were computed by another program from the description of the format: models that an earlier version wrote
/// must be read, and the same model must keep its hash.
/// </summary>
public sealed class EarlierModelTests
{
    const string Origin =
        "\"span\":[1126259462.391000001,1126259500],\"segments\":[[1126259462.391000001,1126259480]],\"glitches\":12,\"cleans\":345";

    const string Line =
        "\"channel\":\"AUX-A\",\"threshold\":15,\"window\":0.025,\"livetime\":17.608999999,\"glitches\":12,\"deadtime\":0.5,\"triggers\":9,"
        + "\"vetoed\":7,\"expected_metric\":20.25,\"rank\":0.1834";

    const string Classic =
        ",\"classic\":{\"livetime\":17.60899999737739,\"deadtime\":0.5000002384185791,\"expected_metric\":20.249998}";

    static string Document(string flavor, string body, string hash) =>
        $"{{\"format\":\"stream-model\",\"version\":1,\"flavor\":\"{flavor}\",\"nickname\":\"nick\",{Origin},\"parents\":[\"p\"],"
        + $"\"hash\":\"{hash}\",\"body\":{body}}}\n";

    static string Ovl(string classic, string hash) =>
        Document("ovl", $"{{\"significance\":\"snr\",\"metric\":\"eff_by_dt\",\"rows\":[{{{Line}{classic}}}]}}", hash);

    static string WithoutClassic => Ovl("", "8b6f4fe5432d9f8136848fd4093697d3e00a620c2b2d66abf8c1d2cbc73e686c");

    static string WithClassic => Ovl(Classic, "4f8adf1cd174844721145fe331a0489b22f2a5493e7ddea66fd869da77c6cc4b");

    public static TheoryData<string> Documents =>
    [
        WithoutClassic,
        WithClassic,
        Document(
            "random",
            "{\"seed\":18446744073709551615,\"stream\":3}",
            "1d096addf7d39c9ac95323a86df88fa676943dc6053b8e711c297313aed8331f"
        ),
        Document(
            "linear",
            "{\"intercept\":-1.25,\"iterations\":7,\"converged\":false,\"terms\":["
                + "{\"feature\":\"A-snr\",\"is_missing\":false,\"mean\":0.1,\"scale\":1E-300,\"coefficient\":5E-324},"
                + "{\"feature\":\"A-snr\",\"is_missing\":true,\"mean\":0.3,\"scale\":2,\"coefficient\":-0}]}",
            "ec1e3679441e6a96a81d6dafae0f2105bbeb9eec3c6dfc26b321e72c4b01883e"
        ),
    ];

    static ModelFile Read(string text) => ModelFile.Read(Encoding.UTF8.GetBytes(text));

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_is_read_with_its_hash_and_written_again_byte_for_byte(string text)
    {
        var file = Read(text);
        Assert.Contains($"\"hash\":\"{file.Model.Hash}\"", text, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(Samples.Bytes(file.Model, file.Nickname, [.. file.Parents])));
        Assert.Equal((12L, 345L), (file.Model.Glitches, file.Model.Cleans));
    }

    [Fact]
    public void Classic_figures_are_read_where_the_model_has_them()
    {
        var (without, with) = (Row(WithoutClassic), Row(WithClassic));
        Assert.Null(without.Classic);
        Assert.Equal(new ClassicFigures(17.60899999737739, 0.5000002384185791, 20.249998), with.Classic);
        Assert.Equal(without, with with { Classic = null });

        static OvlRow Row(string text) => Assert.Single(((OvlModel)Read(text).Model).Rows);
    }

    [Fact]
    public void Classic_figures_that_lack_one_are_refused_by_name() =>
        Assert.Contains(
            "\"rows[0].classic.deadtime\" is missing",
            Assert.Throws<DataException>(() => Read(Ovl(",\"classic\":{\"livetime\":1}", ""))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Lines_of_a_model_from_elsewhere_that_veto_more_than_there_is_overflow_nothing()
    {
        var most = new OvlCounts(GpsTime.NanosecondsPerSecond, 1, 9_000_000_000 * GpsTime.NanosecondsPerSecond, int.MaxValue, int.MaxValue);
        var rows = Enumerable.Range(0, 4).Select(i => new OvlRow(new("A", i, 1), most, 1, 1)).ToArray();
        var model = new OvlModel(new(Segment.FromSeconds(0, 1), SegmentList.Empty, long.MaxValue, 0), "snr", OvlMetric.UsePercentage, rows);
        var read = (OvlModel)ModelFile.Read(Samples.Bytes(model)).Model;
        var importance = Assert.Single(read.Importance);
        Assert.Equal((4.0 * int.MaxValue, 4.0 * 9e9), (importance.Value, importance.Details[1].Value));
        using var text = new StringWriter();
        read.WriteVetolist(text);
        var last = text.ToString().TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((4L * int.MaxValue).ToString(), last[^2]);
        Assert.Equal(long.MaxValue, read.Glitches);
    }

    [Fact]
    public void Origins_add_up_in_64_bits_and_say_so_beyond()
    {
        var origin = new ModelOrigin(Segment.FromSeconds(0, 1), SegmentList.Empty, int.MaxValue, 3);
        Assert.Equal((2L * int.MaxValue, 6L), (origin.Add(origin).Glitches, origin.Add(origin).Cleans));
        Assert.Throws<OverflowException>(() => (origin with { Cleans = long.MaxValue }).Add(origin));
    }
}
