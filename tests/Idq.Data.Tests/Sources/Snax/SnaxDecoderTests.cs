using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Sources.Snax;

/// <summary>Feature messages become columns, whatever they look like.</summary>
public sealed class SnaxDecoderTests
{
    static readonly string[] Columns = ["snr", "frequency", "q"];

    static SnaxMessage Good(SnaxDecoder decoder, string text)
    {
        var message = decoder.Decode(Encoding.UTF8.GetBytes(text), out var fault);
        Assert.Null(fault);
        return message!;
    }

    static string Fault(string text, params string[] columns)
    {
        Assert.Null(new SnaxDecoder(columns.Length > 0 ? columns : Columns).Decode(Encoding.UTF8.GetBytes(text), out var fault));
        return fault!;
    }

    static string Row(string members) => "{\"timestamp\": 1, \"features\": {\"H1:A\": [{" + members + "}]}}";

    [Fact]
    public void A_message_of_the_extractor_is_read()
    {
        var decoder = new SnaxDecoder(Columns);
        var message = Good(decoder, """
            {"timestamp": 1187008882, "features": {
              "H1:AUX_32_2048": [null, {"timestamp": 1187008882, "channel": "H1:AUX_32_2048", "snr": 7.5, "phase": 0.1,
                "time": 1187008882.123456789, "frequency": 60.25, "q": 11.3, "duration": 0.01}],
              "H1:QUIET_8_64": [null, null, null]}}
            """);
        Assert.Equal(GpsTime.FromSeconds(1187008882), message.Start);
        Assert.Equal(3, message.Slots);
        Assert.Equal([1187008882_123456789L], message.Times);
        Assert.Equal(["H1:AUX_32_2048", "H1:QUIET_8_64"], decoder.Channels);
        Assert.Equal([0], message.Channels);
        Assert.Equal([[7.5], [60.25], [11.3]], message.Values);
        Assert.Equal(new SnaxLosses(Nulls: 4, 0, 0, 0), message.Losses);
    }

    [Fact]
    public void The_bare_words_of_Python_are_numbers_and_are_counted()
    {
        var message = Good(new(Columns), Row("\"time\": 1.5, \"snr\": NaN, \"frequency\": -Infinity, \"q\": null"));
        Assert.Equal([[double.NaN], [double.NegativeInfinity], [double.NaN]], message.Values);
        Assert.Equal(3, message.Losses.NotNumbers);
    }

    [Theory]
    [InlineData("\"snr\": 7")]
    [InlineData("\"snr\": 7, \"time\": null")]
    [InlineData("\"snr\": 7, \"time\": NaN")]
    [InlineData("")]
    public void A_row_without_a_time_is_counted_and_left_out(string members)
    {
        var message = Good(new(Columns), Row(members));
        Assert.Equal(0, message.Count);
        Assert.Equal(1, message.Losses.Timeless);
    }

    [Fact]
    public void A_column_that_a_row_lacks_is_missing_and_members_that_nobody_asked_for_are_passed_over()
    {
        var message = Good(new(Columns), Row("\"time\": 1, \"note\": {\"a\": [1, \"}\"]}, \"snr\": 7"));
        Assert.Equal([[7], [double.NaN], [double.NaN]], message.Values);
        Assert.Equal(2, message.Losses.NotNumbers);
    }

    [Fact]
    public void Channels_of_another_detector_are_left_out_and_counted()
    {
        var decoder = new SnaxDecoder(Columns, "H1");
        var message = Good(decoder, """
            {"timestamp": 1, "features": {"L1:A": [{"time": 1, "snr": 5}], "H1:A": [{"time": 2, "snr": 6}], "PLAIN": [{"time": 3}]}}
            """);
        Assert.Equal(["H1:A", "PLAIN"], decoder.Channels);
        Assert.Equal([2_000_000_000L, 3_000_000_000L], message.Times);
        Assert.Equal(1, message.Losses.Foreign);
    }

    [Theory]
    [InlineData("", "it ends where '{' was expected (at byte 0 of 0)")]
    [InlineData("hello", "'{' was expected (at byte 0 of 5)")]
    [InlineData("[1, 2]", "'{' was expected (at byte 0 of 6)")]
    [InlineData("{}", "it has no timestamp")]
    [InlineData("{\"timestamp\": 1}", "it has no features")]
    [InlineData("{\"timestamp\": \"x\", \"features\": {}}", "the timestamp is no GPS time (at byte 14 of 34)")]
    [InlineData("{\"timestamp\": 1, \"features\": {}} x", "something follows the message (at byte 33 of 34)")]
    [InlineData("{\"timestamp\": 1, \"timestamp\": 2, \"features\": {}}", "a second timestamp (at byte 29 of 48)")]
    [InlineData("{\"timestamp\": 1, \"features\": {\"A\": [", "'{' was expected (at byte 36 of 36)")]
    public void What_is_no_feature_message_says_why_and_where(string text, string why)
    {
        if (text.EndsWith('[')) why = "it ends where '{' was expected (at byte 36 of 36)";
        Assert.Equal(why, Fault(text));
    }

    [Theory]
    [InlineData("\"time\": 1, \"snr\": 1, \"snr\": 2")]
    [InlineData("\"time\": 1, \"snr\": 01")]
    [InlineData("\"time\": 1, \"snr\": 1.")]
    [InlineData("\"time\": 1, \"snr\": 1e")]
    [InlineData("\"time\": 1, \"snr\": +1")]
    [InlineData("\"time\": 1, \"snr\": nan")]
    [InlineData("\"time\": 1, \"snr\": \"7\"")]
    [InlineData("\"time\": \"1\"")]
    [InlineData("\"time\" 1")]
    [InlineData("\"time\": 1,")]
    public void A_damaged_row_damages_its_message(string members) => Assert.NotEmpty(Fault(Row(members)));

    [Fact]
    public void Every_number_is_read_as_the_framework_reads_it() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(NormalFloat, int, long)>(), given =>
        {
            var (number, places, whole) = given;
            foreach (var text in new[]
            {
                number.Get.ToString("R", CultureInfo.InvariantCulture),
                number.Get.ToString($"E{Math.Abs(places) % 20}", CultureInfo.InvariantCulture),
                Math.Round(number.Get % 1e6, Math.Abs(places) % 15).ToString("R", CultureInfo.InvariantCulture),
                ((float)(number.Get % 1e5)).ToString("R", CultureInfo.InvariantCulture), whole.ToString(CultureInfo.InvariantCulture),
                $"{whole}.{Math.Abs((long)places)}",
            })
                Assert.Equal(
                    BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)),
                    BitConverter.DoubleToInt64Bits(Good(new(["snr"]), Row($"\"time\": 1, \"snr\": {text}")).Values[0][0]));
        }));

    [Fact]
    public void Every_time_is_read_as_GPS_text_is() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<(PositiveInt, NonNegativeInt, byte)>(), given =>
        {
            var (seconds, fraction, digits) = given;
            var text = $"{seconds.Get}.{new string('0', digits % 4)}{fraction.Get}{(digits > 200 ? "e1" : "")}";
            Assert.Equal([GpsTime.Parse(text).Nanoseconds], Good(new(["snr"]), Row($"\"time\": {text}")).Times);
        }));

    [Fact]
    public void Any_order_of_members_and_channels_gives_the_same_events() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var decoder = new SnaxDecoder(Columns);
            for (var m = 0; m < 5; m++)
            {
                (string Channel, long Time, double Snr, double Q) Draw(int channel) =>
                    ($"H1:Ä\"{channel}", 1_000_000_000_000L * m + random.Next(), random.NextDouble(), random.NextDouble());
                string Json((string Channel, long Time, double Snr, double Q) row) => "{ " + string.Join(" , ", new[]
                {
                    $"\"time\":{row.Time / 1_000_000_000}.{row.Time % 1_000_000_000:D9}", $"\"snr\" : {row.Snr:R}", $"\"q\": {row.Q:R}",
                    "\"channel\":\"x\"",
                }.OrderBy(_ => random.Next())) + "}";
                var rows = Enumerable.Range(0, random.Next(1, 6))
                    .SelectMany(c => Enumerable.Range(0, random.Next(0, 4)).Select(_ => Draw(c)).ToArray())
                    .GroupBy(r => r.Channel).OrderBy(_ => random.Next()).ToArray();
                var features = rows.Select(g => $"{JsonSerializer.Serialize(g.Key)}: [{string.Join(", ", g.Select(Json))}]");
                var message = Good(decoder, $"{{\"features\":\n{{{string.Join(",\t", features)}}} , \"timestamp\":{m}}}");
                var read = Enumerable.Range(0, message.Count)
                    .Select(i => (decoder.Channels[message.Channels[i]], message.Times[i], message.Values[0][i], message.Values[2][i]));
                Assert.Equal(rows.SelectMany(g => g).Select(r => (r.Channel, r.Time, r.Snr, r.Q)), read);
            }
        }));

    [Fact]
    public void No_damage_breaks_the_decoder() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var whole = Encoding.UTF8.GetBytes(
                "{\"timestamp\": 12, \"features\": {\"H1:A\": [null, {\"time\": 12.5, \"snr\": 7.25, \"q\": 1e3}], "
                    + "\"H1:B\\u0041\": [{\"time\": 13}]}}");
            var decoder = new SnaxDecoder(Columns);
            var expected = Good(decoder, Encoding.UTF8.GetString(whole));
            for (var k = 0; k < 50; k++)
            {
                var torn = whole.ToArray();
                for (var n = random.Next(3); n >= 0; n--) torn[random.Next(torn.Length)] = (byte)random.Next(256);
                decoder.Decode(torn.AsSpan(0, random.Next(torn.Length + 1)), out _);
            }
            var again = Good(decoder, Encoding.UTF8.GetString(whole));
            Assert.Equal(expected.Times, again.Times);
            Assert.Equal(expected.Channels, again.Channels);
            Assert.Equal(expected.Values, again.Values);
        }));
}
