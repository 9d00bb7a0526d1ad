using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Idq.Learning.Tests.Ovl;

namespace Idq.Learning.Tests.ModelFiles;

public sealed class ModelFileTests
{
    static readonly ModelOrigin Origin = new(
        new(new GpsTime(1_126_259_462_391_000_001), new GpsTime(1_126_259_500_000_000_000)),
        SegmentList.Coalesce(new Segment(new GpsTime(1_126_259_462_391_000_001), new GpsTime(1_126_259_480_000_000_000))), 12, 345);

    public static TheoryData<string> Flavors => ["ovl", "linear", "random"];

    static ClassifierModel Make(string flavor) => flavor switch
    {
        "ovl" => new OvlClassifier("o", RandomRun.Options()).Train(RandomRun.Make(3), null, default).Model!,
        "linear" => new LinearModel(Origin, -1.25, [new("A-snr", false, 0.1, 1e-300, 5e-324), new("A-snr", true, 0.3, 2, -0.0)], 7, false),
        _ => new RandomModel(Origin, ulong.MaxValue, 3),
    };

    static ModelFile Read(JsonNode json) => ModelFile.Read(Encoding.UTF8.GetBytes(json.ToJsonString()));

    static JsonNode Parse(ClassifierModel model) => JsonNode.Parse(Samples.Bytes(model))!;

    [Theory]
    [MemberData(nameof(Flavors))]
    public void What_is_written_reads_back_to_the_same_bytes_and_hash(string flavor)
    {
        var model = Make(flavor);
        var bytes = Samples.Bytes(model, "nick \"name\" é", "parent-1", "parent-2");
        var file = ModelFile.Read(new MemoryStream(bytes));
        Assert.IsType(model.GetType(), file.Model);
        Assert.Equal(model.Hash, file.Model.Hash);
        Assert.Equal("nick \"name\" é", file.Nickname);
        Assert.Equal(["parent-1", "parent-2"], file.Parents);
        Assert.Equal((model.Span, model.Glitches, model.Cleans), (file.Model.Span, file.Model.Glitches, file.Model.Cleans));
        Assert.Equal(model.Segments, file.Model.Segments);
        Assert.Equal(bytes, Samples.Bytes(file.Model, file.Nickname, [.. file.Parents]));
        Assert.Equal(model.Importance.Select(i => i.Name), file.Model.Importance.Select(i => i.Name));
    }

    [Fact]
    public void Any_double_and_any_time_survive() =>
        Prop.ForAll<double, long, long>(
                (value, a, b) =>
                {
                    var span = new Segment(new GpsTime(a * 1_000_003), new GpsTime(b * 1_000_003));
                    var row = new OvlRow(
                        new("A", 15, 1),
                        new(1 + Math.Abs(a), 2, Math.Abs(b), 3, 4),
                        value,
                        1 / (1 + Math.Exp(-Math.Abs(double.IsNaN(value) ? 0 : value))),
                        new(-value, double.Epsilon, 0.1 + value)
                    );
                    var model = new OvlModel(new(span, SegmentList.Of(span), 0, 0), "snr", OvlMetric.UsePercentage, [row]);
                    var read = (OvlModel)ModelFile.Read(Samples.Bytes(model)).Model;
                    Assert.Equal((span, model.Segments), (read.Span, read.Segments));
                    // Equality of records: NaN equals NaN; bits tell −0 from 0.
                    Assert.Equal(row, read.Rows[0]);
                    Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read.Rows[0].ExpectedMetric));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Unbounded_times_are_texts()
    {
        var model = new RandomModel(new(Segment.All, SegmentList.All, 0, 0), 0, 0);
        Assert.Contains("[\"-inf\",\"inf\"]", Encoding.UTF8.GetString(Samples.Bytes(model)));
        Assert.Equal(Segment.All, ModelFile.Read(Samples.Bytes(model)).Model.Span);
    }

    [Fact]
    public void The_document_says_what_it_is_in_the_agreed_words()
    {
        using var json = JsonDocument.Parse(Samples.Bytes(new RandomModel(Origin, 1, 2), "null", "p"));
        var root = json.RootElement;
        Assert.Equal("stream-model", root.GetProperty("format").GetString());
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("random", root.GetProperty("flavor").GetString());
        Assert.Equal("[1126259462.391000001,1126259500]", root.GetProperty("span").GetRawText());
        Assert.Equal("[[1126259462.391000001,1126259480]]", root.GetProperty("segments").GetRawText());
        Assert.Equal(64, root.GetProperty("hash").GetString()!.Length);
    }

    [Fact]
    public void The_hash_is_of_what_was_learned_and_not_of_who_asked()
    {
        var model = new RandomModel(Origin, 1, 2);
        Assert.Equal(ModelFile.Read(Samples.Bytes(model, "a")).Model.Hash, ModelFile.Read(Samples.Bytes(model, "b", "p")).Model.Hash);
        Assert.NotEqual(model.Hash, new RandomModel(Origin, 2, 2).Hash);
        Assert.NotEqual(model.Hash, new RandomModel(Origin with { Glitches = 13 }, 1, 2).Hash);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void Any_number_that_was_changed_afterwards_is_found_out(string flavor)
    {
        var json = Parse(Make(flavor));
        json["cleans"] = 1_000_000;
        Assert.Contains("hash", Assert.Throws<DataException>(() => Read(json)).Message);
    }

    [Theory]
    [InlineData("format", "\"other\"", "format")]
    [InlineData("version", "2", "version")]
    [InlineData("flavor", "\"oracle\"", "oracle")]
    [InlineData("hash", "\"00\"", "hash")]
    [InlineData("span", "[1]", "span")]
    [InlineData("span", "[1, 99999999999]", "span")]
    [InlineData("segments", "7", "segments")]
    [InlineData("body", "[]", "body")]
    [InlineData("glitches", "1.5", "glitches")]
    [InlineData("nickname", "null", "nickname")]
    [InlineData("parents", "[1]", "parents")]
    public void What_cannot_be_used_is_refused_with_the_name_of_the_property(string property, string value, string said)
    {
        var json = Parse(new RandomModel(Origin, 1, 2));
        json[property] = JsonNode.Parse(value);
        Assert.Contains(said, Assert.Throws<DataException>(() => Read(json)).Message);
    }

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_property_that_is_missing_is_named_at_any_depth(string flavor)
    {
        foreach (var name in Parse(Make(flavor)).AsObject().Select(p => p.Key).ToArray())
        {
            var json = Parse(Make(flavor));
            json.AsObject().Remove(name);
            Assert.Contains($"\"{name}\"", Assert.Throws<DataException>(() => Read(json)).Message);
        }
        foreach (var name in Parse(Make(flavor))["body"]!.AsObject().Select(p => p.Key).ToArray())
        {
            var json = Parse(Make(flavor));
            json["body"]!.AsObject().Remove(name);
            Assert.Contains($"\"{name}\"", Assert.Throws<DataException>(() => Read(json)).Message);
        }
    }

    [Theory]
    [InlineData("window", "0")]
    [InlineData("window", "1e12")]
    [InlineData("rank", "1.5")]
    [InlineData("rank", "\"nan\"")]
    [InlineData("glitches", "0")]
    [InlineData("vetoed", "-1")]
    [InlineData("deadtime", "-1")]
    public void A_line_that_cannot_be_is_refused(string property, string value)
    {
        var json = Parse(Make("ovl"));
        json["body"]!["rows"]![0]![property] = JsonNode.Parse(value);
        Assert.DoesNotContain("hash", Assert.Throws<DataException>(() => Read(json)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"stream-model\"")]
    public void What_is_no_model_at_all_is_a_data_error(string text) =>
        Assert.Throws<DataException>(() => ModelFile.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [MemberData(nameof(Flavors))]
    public void A_torn_file_is_a_data_error_wherever_it_was_torn(string flavor)
    {
        var bytes = Samples.Bytes(Make(flavor));
        for (var length = 0; length < bytes.Length - 2; length += 1 + bytes.Length / 50)
            Assert.Throws<DataException>(() => ModelFile.Read(bytes.AsMemory(0, length)));
    }

    [Fact]
    public void A_model_of_another_flavour_is_refused_by_a_classifier()
    {
        var quiver = Samples.Of([0, 1], null);
        var error = Assert.Throws<ArgumentException>(() =>
            new RandomClassifier("null", new RandomOptions()).Evaluate(Make("linear"), quiver, new double[2])
        );
        Assert.Contains("linear", error.Message);
    }
}
