using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.ExactJson;

public sealed class ExactJsonTests
{
    static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static T Read<T>(string json, Func<ExactJsonReader, T> read) => ExactJsonReader.Read(Encoding.UTF8.GetBytes(json), "doc.json", read);

    static string Error<T>(string json, Func<ExactJsonReader, T> read) => Assert.Throws<DataException>(() => Read(json, read)).Message;

    [Fact]
    public void Any_duration_in_the_range_of_times_reads_back_to_the_nanosecond() =>
        Prop.ForAll<long>(n =>
        {
            var nanoseconds = n * 7_654_321_987 % (9_223_372_036 * GpsTime.NanosecondsPerSecond);
            var bytes = Write(w => w.WriteDuration("t", nanoseconds));
            Assert.Equal(nanoseconds, ExactJsonReader.Read(bytes, "d", json => json.Duration("t")));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Any_double_reads_back_bit_by_bit() =>
        Prop.ForAll<double>(value =>
        {
            foreach (var d in new[] { value, -value, value * 1e-300, Math.BitIncrement(value), 1 / value })
            {
                var read = ExactJsonReader.Read(Write(w => w.WriteDouble("x", d)), "d", json => json.Double("x"));
                if (double.IsNaN(d)) Assert.True(double.IsNaN(read));
                else Assert.Equal(BitConverter.DoubleToInt64Bits(d), BitConverter.DoubleToInt64Bits(read));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Any_text_reads_back()
    {
        Prop.ForAll<string[]>(texts =>
        {
            // Only Unicode can be written: half a pair becomes the replacement character.
            var valid = texts.Select(t => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(t ?? ""))).ToArray();
            Assert.Equal(valid, ExactJsonReader.Read(Write(w => w.WriteTexts("t", valid)), "d", json => json.Texts("t")));
        }).QuickCheckThrowOnFailure();
        string[] odd = ["", "\"", "\\", "é", "🌊", "\0", "a\nb", "</script>"];
        Assert.Equal(odd, ExactJsonReader.Read(Write(w => w.WriteTexts("t", odd)), "d", json => json.Texts("t")));
    }

    [Fact]
    public void Segments_read_back_with_unbounded_ends()
    {
        var segments = SegmentList.Coalesce(
            new Segment(GpsTime.MinValue, new GpsTime(-5)),
            new Segment(new GpsTime(1), new GpsTime(1_126_259_462_391_000_001)),
            new Segment(new GpsTime(1_126_259_462_391_000_003), GpsTime.MaxValue)
        );
        var bytes = Write(w =>
        {
            w.WriteSegments("s", segments);
            w.WriteSegment("one", Segment.All);
        });
        Assert.Equal(
            "{\"s\":[[\"-inf\",-0.000000005],[0.000000001,1126259462.391000001],[1126259462.391000003,\"inf\"]],"
                + "\"one\":[\"-inf\",\"inf\"]}",
            Encoding.UTF8.GetString(bytes)
        );
        Assert.Equal((segments, Segment.All), ExactJsonReader.Read(bytes, "d", json => (json.Segments("s"), json.Segment("one"))));
    }

    [Fact]
    public void Numbers_come_back_as_they_were()
    {
        double[] numbers = [0, -0.0, 0.1, 1.0 / 3, 5e-324, double.MaxValue, -1e21, 9007199254740993];
        var read = ExactJsonReader.Read(Write(w => w.WriteNumbers("n", numbers)), "d", json => json.Numbers("n"));
        Assert.Equal(numbers.Select(BitConverter.DoubleToInt64Bits), read.Select(BitConverter.DoubleToInt64Bits));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2147483648", null)]
    [InlineData("-1", null)]
    [InlineData("1.0", null)]
    [InlineData("1e3", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    public void A_count_is_a_whole_number_of_at_least_0(string text, int? expected)
    {
        if (expected is { } count) Assert.Equal(count, Read($"{{\"n\":{text}}}", json => json.Count("n")));
        else
            Assert.Equal(
                $"doc.json: \"n\" must be a whole number from 0 to 2147483647, not {text}",
                Error($"{{\"n\":{text}}}", json => json.Count("n"))
            );
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("18446744073709551616", null)]
    [InlineData("-1", null)]
    public void A_long_count_ends_where_64_bits_with_a_sign_end(string text, long? expected)
    {
        if (expected is { } count) Assert.Equal(count, Read($"{{\"n\":{text}}}", json => json.LongCount("n")));
        else Assert.Contains("\"n\" must be a whole number", Error($"{{\"n\":{text}}}", json => json.LongCount("n")));
    }

    [Fact]
    public void A_key_may_use_all_64_bits() =>
        Assert.Equal(ulong.MaxValue, Read("{\"n\":18446744073709551615}", json => json.Unsigned("n")));

    [Theory]
    [InlineData("9223372035.999999999", 9_223_372_035_999_999_999)]
    [InlineData("-1e-9", -1L)]
    [InlineData("1.5E3", 1_500_000_000_000)]
    [InlineData("9223372037", null)]
    [InlineData("1e30", null)]
    [InlineData("1e400", null)]
    [InlineData("\"inf\"", null)]
    [InlineData("\"1\"", null)]
    [InlineData("true", null)]
    public void A_duration_is_a_number_of_seconds_that_fits(string text, long? expected)
    {
        if (expected is { } nanoseconds) Assert.Equal(nanoseconds, Read($"{{\"t\":{text}}}", json => json.Duration("t")));
        else Assert.Contains($"not {text}", Error($"{{\"t\":{text}}}", json => json.Duration("t")));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("\"inf\"")]
    [InlineData("\"NaN\"")]
    [InlineData("[]")]
    public void A_number_is_finite(string text) =>
        Assert.Equal($"doc.json: \"x\" must be a finite number, not {text}", Error($"{{\"x\":{text}}}", json => json.Number("x")));

    [Fact]
    public void The_place_is_named_at_any_depth()
    {
        const string Json = "{\"a\":{\"b\":[{\"c\":1},{\"c\":\"x\"},7]},\"z\":null}";
        Assert.Equal(
            "doc.json: \"a.b[1].c\" must be a finite number, not \"x\"",
            Error("{\"a\":{\"b\":[{\"c\":1},{\"c\":\"x\"}]}}", json => json.Object("a").Objects("b").Select(o => o.Number("c")).ToArray())
        );
        Assert.Equal("doc.json: \"a.b[2]\" is not a JSON object", Error(Json, json => json.Object("a").Objects("b")));
        Assert.Equal("doc.json: \"a.d\" is missing", Error(Json, json => json.Object("a").Text("d")));
        Assert.Equal("doc.json: \"z\" must be an object, not null", Error(Json, json => json.Object("z")));
        Assert.Equal("doc.json: \"z\" must be a list, not null", Error(Json, json => json.Texts("z")));
        Assert.Equal("doc.json: \"z\" must be true or false, not null", Error(Json, json => json.Flag("z")));
        Assert.Equal("doc.json: \"z\" must be made of [start, end], not null", Error(Json, json => json.Segment("z")));
    }

    [Fact]
    public void What_may_be_absent_is_null_and_still_must_be_right_when_it_is_there()
    {
        Assert.Null(Read("{}", json => json.NumberIfPresent("n")));
        Assert.Null(Read("{}", json => json.ObjectIfPresent("o")));
        Assert.Equal(2, Read("{\"n\":2}", json => json.NumberIfPresent("n")));
        Assert.Contains("\"n\" must be a finite number", Error("{\"n\":null}", json => json.NumberIfPresent("n")));
        Assert.Contains("\"o\" must be an object", Error("{\"o\":null}", json => json.ObjectIfPresent("o")));
    }

    [Fact]
    public void A_long_value_is_shown_by_its_beginning()
    {
        var message = Error($"{{\"n\":[{string.Join(',', Enumerable.Range(0, 10_000))}]}}", json => json.Number("n"));
        Assert.InRange(message.Length, 50, 120);
        Assert.EndsWith("…", message);
    }

    public static TheoryData<byte[]> NotUnicode => new()
    {
        "{\"t\":\"\\ud800\"}"u8.ToArray(),
        "{\"\\udfff\":1,\"t\":\"\"}"u8.ToArray(),
        new byte[] { (byte)'{', (byte)'"', (byte)'t', (byte)'"', (byte)':', (byte)'"', 0xff, (byte)'"', (byte)'}' },
        new byte[] { (byte)'{', (byte)'"', 0xc0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}' },
    };

    [Theory]
    [MemberData(nameof(NotUnicode))]
    public void A_text_that_is_not_Unicode_is_a_data_error(byte[] json)
    {
        var error = Assert.Throws<DataException>(() => ExactJsonReader.Read(json, "doc.json", r => r.Text("t")));
        Assert.StartsWith("doc.json is not valid JSON: the text at byte", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{\"t\":1,}")]
    [InlineData("{\"t\":NaN}")]
    [InlineData("{\"t\":01}")]
    [InlineData("// comment\n{}")]
    [InlineData("{} {}")]
    [InlineData("{\"t\":")]
    public void What_is_not_JSON_is_a_data_error_with_the_name_of_the_document(string text) =>
        Assert.StartsWith("doc.json is not valid JSON: ", Error(text, json => json), StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_a_data_error() =>
        Assert.StartsWith(
            "doc.json is not valid JSON: ",
            Error($"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}", json => json),
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_a_property_that_comes_twice_the_last_counts() => Assert.Equal(2, Read("{\"n\":1,\"n\":2}", json => json.Count("n")));
}
