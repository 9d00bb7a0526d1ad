using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.KleineWelle;

public sealed class KleineWelleSourceTests
{
    static KleineWelleSource Open(params string[] paths) => new(new(paths));

    static Segment Seconds(double start, double end) => new(GpsTime.FromSeconds((decimal)start), GpsTime.FromSeconds((decimal)end));

    static string Line(double time, double energy = 30, string channel = "") =>
        $"{time - 0.01:F6} {time + 0.02:F6} {time:F6} 100.5 1e-20 {energy} 5 {energy - 1} {channel}\n";

    [SharedFact]
    public void A_folder_of_single_channel_files_has_the_channels_of_its_names()
    {
        using var source = Open(SharedData.Path("ovl", "kw"));
        Assert.Equal(51, source.Channels.Count);
        Assert.Equal(0, source.Channels.Find("L1_AUX0000"));
        Assert.True(source.Channels.Find("L1_GW") >= 0);
        Assert.Equal(["frequency", "unnormalized_energy", "normalized_energy", "npix", "significance", "duration", "snr"], source.Columns);

        var table = Events.Read(source, Segment.FromSeconds(1126000000, 1126020000));
        Assert.Equal(Directory.EnumerateFiles(SharedData.Path("ovl", "kw")).Sum(f => File.ReadLines(f).Count()), table.Count);
        var run = table.Run(0);
        Assert.Equal(1126000010_474303000, run.Times[0]);
        Assert.Equal([100, 1e-20, 21.28, 10, 19.34, 0.02, Math.Sqrt(21.28 - 10)],
            Enumerable.Range(0, 7).Select(c => table.Run(0).Column(c)[0]));
    }

    [SharedFact]
    public void Plain_files_deliver_from_the_first_event_to_the_last_or_the_configured_span()
    {
        var whole = Segment.FromSeconds(1126000000, 1126020000);
        var delivered = Assert.Single(Events.Read(Open(SharedData.Path("ovl", "kw")), whole).Delivered);
        var all = Events.Read(Open(SharedData.Path("ovl", "kw")), whole).Times.ToArray();
        Assert.Equal(new Segment(new(all.Min()), new(all.Max() + 1)), delivered);
        using var configured = new KleineWelleSource(new([SharedData.Path("ovl", "kw")]) { Span = whole });
        Assert.Equal(SegmentList.Of(whole), Events.Read(configured, whole).Delivered);
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1126019000, 1126020000)),
            Events.Read(configured, Segment.FromSeconds(1126019000, 1126021000)).Delivered);
    }

    [SharedFact]
    public void The_same_events_come_however_the_span_is_cut()
    {
        using var source = new KleineWelleSource(
            new([SharedData.Path("ovl", "kw")]) { Span = Segment.FromSeconds(1126000000, 1126020000) }
        );
        var whole = Events.Of(Events.Read(source, Segment.FromSeconds(1126000000, 1126020000)));
        Prop.ForAll(
                Gen.Choose(1, 19_999_999).ListOf().ToArbitrary(),
                milliseconds =>
                {
                    var edges = milliseconds
                        .Distinct()
                        .Order()
                        .Select(m => 1126000000 + m / 1000.0)
                        .Prepend(1126000000)
                        .Append(1126020000)
                        .ToArray();
                    var pieces = edges.Zip(edges.Skip(1)).SelectMany(p => Events.Of(Events.Read(source, Seconds(p.First, p.Second))));
                    return pieces.Order(StringComparer.Ordinal).SequenceEqual(whole.Order(StringComparer.Ordinal));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    [Fact]
    public void Several_channels_in_a_file_are_told_apart_by_the_ninth_column()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW_TRIGGERS-1000-32.trg",
            "# a comment\n" + Line(1003, channel: "H1_B_16_64") + "\n" + Line(1001.5, channel: "H1_A") + Line(1002, 4, "H1_B_16_64"));
        using var source = Open(folder.Path);
        Assert.Equal(["H1_A", "H1_B_16_64"], source.Channels.Names);
        var table = Events.Read(source, Segment.FromSeconds(990, 1040));
        Assert.Equal([1001_500000000, 1002_000000000, 1003_000000000], table.Times.ToArray());
        Assert.Equal([0, 1, 3], table.Offsets.ToArray());
        Assert.Equal([5, 0, 5], table.Column(source.Columns.ToList().IndexOf("snr")).ToArray());
        Assert.Equal(0.03, table.Column(source.Columns.ToList().IndexOf("duration"))[0]);
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1000, 1032)), table.Delivered);
    }

    [Fact]
    public void Times_are_exact_to_the_nanosecond()
    {
        using var folder = new TemporaryFolder();
        folder.Write("A.trg", "1126259462.0 1126259463.0 1126259462.391000001 1 2 3 4 5\n");
        Assert.Equal([1126259462_391000001], Events.Read(Open(folder.Path), Segment.FromSeconds(1126259462, 1126259463)).Times.ToArray());
    }

    [Fact]
    public void A_channel_without_triggers_is_a_channel()
    {
        using var folder = new TemporaryFolder();
        folder.Write("QUIET.trg", "");
        folder.Write("LOUD.trg", Line(5));
        Assert.Equal(["LOUD", "QUIET"], Open(folder.Path).Channels.Names);
    }

    [Fact]
    public void Only_named_spans_are_delivered_and_gaps_are_gaps()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/H-KW-1000-32.trg", Line(1001, channel: "A"));
        folder.Write("b/H-KW-1032-32.trg", Line(1040, channel: "A"));
        folder.Write("b/H-KW-1096-32.trg", "");
        using var source = Open(folder.Path);
        var table = Events.Read(source, Segment.FromSeconds(1010, 1110));
        Assert.Equal(SegmentList.Coalesce(Segment.FromSeconds(1010, 1064), Segment.FromSeconds(1096, 1110)), table.Delivered);
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void An_event_just_beyond_its_file_is_found_and_one_far_beyond_is_an_error()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW-1000-32.trg", Line(1032.5, channel: "A") + Line(1001, channel: "A"));
        folder.Write("H-KW-1032-32.trg", Line(1032.25, channel: "A"));
        Assert.Equal([1032_250000000, 1032_500000000], Events.Read(Open(folder.Path), Segment.FromSeconds(1032, 1033)).Times.ToArray());
        folder.Write("H-KW-1032-32.trg", Line(1900, channel: "A"));
        Assert.Contains("has an event at 1900, outside the span", Assert.Throws<DataException>(() => Open(folder.Path)).Message);
        using var source = new KleineWelleSource(new([folder.Path]) { Channels = ["A"] });
        Assert.Contains("has an event at 1900, outside the span",
            Assert.Throws<DataException>(() => Events.Read(source, Segment.FromSeconds(1032, 1033))).Message);
    }

    [Fact]
    public void Files_that_appear_later_are_found()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW-1000-32.trg", Line(1001, channel: "A"));
        using var source = Open(folder.Path);
        Assert.True(Events.Read(source, Segment.FromSeconds(1032, 1064)).Delivered.IsEmpty);
        folder.Write("H-KW-1032-32.trg", Line(1040, channel: "A") + Line(1041, channel: "NEW"));
        var table = Events.Read(source, Segment.FromSeconds(1032, 1064));
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(1032, 1064)), table.Delivered);
        Assert.Equal([1040_000000000, 1041_000000000], table.Times.ToArray());
        // A channel that nobody had before is one from now on, in time that was read before too.
        Assert.Equal(["A", "NEW"], source.Channels.Names);
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(c => Events.Read(source, Segment.FromSeconds(1000, 1032)).Run(c).Count));
        using var chosen = new KleineWelleSource(new([folder.Path]) { Channels = ["A"] });
        Assert.Equal(2, Events.Read(chosen, Segment.FromSeconds(1000, 1064)).Count);
    }

    [Fact]
    public void Files_may_be_chosen_by_pattern_and_channels_by_name()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW/H-KW-11/A-1-1.trg", Line(1.5, channel: "X") + Line(1.6, channel: "Y"));
        folder.Write("H-KW/H-KW-12/A-2-1.trg", Line(2.5, channel: "X"));
        folder.Write("L-KW/L-KW-12/A-2-1.trg", Line(2.5, channel: "Z"));
        using var source = Open(folder.File("H-*/*-1?/*.trg"));
        Assert.Equal(["X", "Y"], source.Channels.Names);
        using var chosen = new KleineWelleSource(new([folder.Path]) { Channels = ["Y", "Q"] });
        Assert.Equal(["Q", "Y"], chosen.Channels.Names);
        Assert.Equal(1, Events.Read(chosen, Segment.FromSeconds(0, 10)).Count);
    }

    [Theory]
    [InlineData("1 2 3 4 5 6 7", "7 columns instead of 8")]
    [InlineData("1 2 3 4 5 6 7 8 A B", "more than 9 columns")]
    [InlineData("x 2 3 4 5 6 7 8", "the start is no time")]
    [InlineData("1 x 3 4 5 6 7 8", "the stop is no time")]
    [InlineData("1.5 1.25 1.25 4 5 6 7 8", "the stop is before the start")]
    [InlineData("1 2 x 4 5 6 7 8", "the central time is no time")]
    [InlineData("1 2 inf 4 5 6 7 8", "the central time is no time")]
    [InlineData("1 2 3 4 5 6 7 x", "'x' is no number")]
    [InlineData("1 2 3 4 5 6 7 0x10", "'0x10' is no number")]
    [InlineData("1 2 3 4 5 6 7 1_000", "'1_000' is no number")]
    [InlineData("1 2 3 4 5 6 7 5,5", "'5,5' is no number")]
    public void A_malformed_line_is_an_error_that_names_it(string line, string part)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("A.trg", Line(1001) + line + "\n" + Line(1002));
        var message = Assert.Throws<DataException>(() => Open(path)).Message;
        Assert.Contains(part, message);
        Assert.Contains($"'{path}', line 2", message);
        Assert.Contains($"'{line}'", message);
    }

    [Theory]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("+INF", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-1e400", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("-NaN", double.NaN)]
    [InlineData("+5", 5)]
    [InlineData("007", 7)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1E+3", 1000)]
    public void Numbers_are_read_as_they_are_printed_by_anyone(string text, double expected)
    {
        using var folder = new TemporaryFolder();
        using var source = Open(folder.Write("A.trg", $"1 2 1.5 4 5 6 7 {text}\n"));
        Assert.Equal([expected], Events.Read(source, Segment.FromSeconds(0, 5)).Column(4).ToArray());
    }

    [Fact]
    public void A_trigger_of_unbounded_length_is_infinitely_long()
    {
        using var folder = new TemporaryFolder();
        using var source = Open(folder.Write("A.trg", "-inf 2 1.5 4 5 6 7 8\n"));
        Assert.Equal([double.PositiveInfinity], Events.Read(source, Segment.FromSeconds(0, 5)).Column(5).ToArray());
    }

    [Fact]
    public void Files_that_cover_the_same_time_hold_every_trigger_once()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (Line(1010.5, channel: "A"), Line(1070.25, channel: "A"));
        folder.Write("H-KW-1000-64.trg", first);
        folder.Write("H-KW-1064-64.trg", second);
        string[] Read()
        {
            using var source = Open(folder.Path);
            return [.. Events.Of(Events.Read(source, Segment.FromSeconds(1000, 1128)), "snr")];
        }

        var expected = Read();
        Assert.Equal(2, expected.Length);
        // The merger of both; a copy; one that is compressed; a file that states no span; a copy in another folder.
        folder.Write("H-KW-1000-128.trg", first + second);
        Assert.Equal(expected, Read());
        folder.Write("copy/H-KW-1000-64.trg", first);
        Assert.Equal(expected, Read());
        using (var gzip = new System.IO.Compression.GZipStream(
            File.Create(folder.File("H-KW-1064-64.trg.gz")), System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(second));
        Assert.Equal(expected, Read());
        folder.Write("all.trg", first + second);
        Assert.Equal(expected, Read());
        // What a file itself says twice is two triggers.
        folder.Write("H-KW-1000-128.trg", first + second + second);
        Assert.Equal(3, Read().Length);
    }

    [Fact]
    public void A_trigger_that_both_neighbours_hold_is_one()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW-1000-32.trg", Line(1001, channel: "A") + Line(1032.5, channel: "A"));
        folder.Write("H-KW-1032-32.trg", Line(1032.5, channel: "A") + Line(1040, channel: "A"));
        using var source = Open(folder.Path);
        Assert.Equal(3, Events.Read(source, Segment.FromSeconds(1000, 1064)).Count);
        Assert.Equal(1, Events.Read(source, Segment.FromSeconds(1032, 1033)).Count);
    }

    [Fact]
    public void A_file_that_is_being_written_delivers_nothing_until_its_last_line_has_an_end()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW-1000-32.trg", Line(1001, channel: "AB"));
        using var source = new KleineWelleSource(new([folder.Path]) { IsLive = true });
        var whole = Line(1033, channel: "AB") + Line(1034, channel: "AB");
        var span = Segment.FromSeconds(1032, 1064);
        for (var length = whole.Length - 1; length > whole.Length / 2; length -= 5)
        {
            folder.Write("H-KW-1032-32.trg", whole[..length]);
            var torn = Events.Read(source, span);
            Assert.Equal((0, true), (torn.Count, torn.Delivered.IsEmpty));
        }
        folder.Write("H-KW-1032-32.trg", whole);
        Assert.Equal((2, SegmentList.Of(span)), (Events.Read(source, span).Count, Events.Read(source, span).Delivered));
        // It grows: the triggers that are new are found.
        folder.Write("H-KW-1032-32.trg", whole + Line(1035, channel: "AB"));
        Assert.Equal(3, Events.Read(source, span).Count);
        File.Delete(folder.File("H-KW-1032-32.trg"));
        Assert.True(Events.Read(source, span).Delivered.IsEmpty);
    }

    [Fact]
    public void A_torn_last_line_of_an_archive_is_told_apart_from_one_that_merely_has_no_end()
    {
        using var folder = new TemporaryFolder();
        folder.Write("H-KW-1000-32.trg", Line(1001, channel: "A").TrimEnd());
        folder.Write("H-KW-1032-32.trg", Line(1033, channel: "A") + "1034 1034 1034 10");
        folder.Write("H-KW-1064-32.trg", Line(1065, channel: "A") + Line(1066).TrimEnd());
        using var source = Open(folder.Path);
        Assert.Equal("[[1000, 1032)]", Events.Read(source, Segment.FromSeconds(1000, 1096)).Delivered.ToString());
        Assert.Equal([folder.File("H-KW-1032-32.trg"), folder.File("H-KW-1064-32.trg")], source.Warnings.Select(w => w.Split('\'')[1]));
        var alone = Assert.Throws<DataException>(() => Open(folder.Write("A.trg", Line(5) + "1034 1034 1034 10")));
        Assert.True(alone.IsTransient);
        Assert.Contains("line 2", alone.Message);
    }

    [Fact]
    public void A_plain_file_that_grows_is_read_again_when_more_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        folder.Write("A.trg", Line(1001) + Line(1002));
        using var source = Open(folder.Path);
        Assert.Equal(2, Events.Read(source, Segment.FromSeconds(1000, 1010)).Count);
        folder.Write("A.trg", Line(1001) + Line(1002) + Line(1005));
        var table = Events.Read(source, Segment.FromSeconds(1000, 1010));
        Assert.Equal((3, "[[1001, 1005.000000001)]"), (table.Count, table.Delivered.ToString()));
    }

    [Fact]
    public void A_missing_path_and_an_empty_folder_are_errors()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("/nonexistent/x", Assert.Throws<DataException>(() => Open("/nonexistent/x")).Message);
        Assert.Contains(folder.Path, Assert.Throws<DataException>(() => Open(folder.Path)).Message);
        Assert.Contains("*.trg", Assert.Throws<DataException>(() => Open(folder.File("*.trg"))).Message);
    }

    [Fact]
    public void Random_bytes_are_an_error_and_never_a_crash() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("A.trg"), bytes);
        try
        {
            using var source = Open(folder.Path);
            return Events.Read(source, Segment.FromSeconds(0, 10)).Count == 0;
        }
        catch (DataException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_may_have_a_mark_and_carriage_returns_and_its_channels_are_UTF_8()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("H-KW-1000-64.trg", "\uFEFF" + (Line(1001, channel: "A") + Line(1002, channel: "A")).Replace('\n', '\r'));
        using var source = Open(path);
        Assert.Equal(2, Events.Read(source, Segment.FromSeconds(1000, 1064)).Count);
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(Line(1001, channel: "\u00c4") + Line(1002, channel: "A")));
        Assert.Contains("line 1: the channel is no UTF-8", Assert.Throws<DataException>(() => Open(path)).Message);
    }
}
