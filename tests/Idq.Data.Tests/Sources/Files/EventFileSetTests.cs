namespace Idq.Data.Tests.Files;

public sealed class EventFileSetTests
{
    /// <summary>Files whose content is "channel second" lines, and a count of how often each was read.</summary>
    sealed class Fixture : IDisposable
    {
        readonly TemporaryFolder folder = new();

        public Dictionary<string, int> Reads { get; } = [];

        public void Write(string name, params (string Channel, long Second)[] events) =>
            folder.Write(name, string.Join('\n', events.Select(e => $"{e.Channel} {e.Second}")));

        public EventFileSet Open(IReadOnlyList<string>? channels = null, IReadOnlyList<string>? columns = null, Segment? span = null) =>
            new(new FileSelection([folder.Path], ".ev"), Decode, channels, columns, span);

        DecodedFile Decode(string path)
        {
            var name = Path.GetFileName(path);
            Reads[name] = Reads.GetValueOrDefault(name) + 1;
            var file = new DecodedFile(["second"]);
            foreach (var line in File.ReadLines(path).Select(l => l.Split(' ')))
            {
                file.ChannelIds.Add(file.Channel(line[0]));
                file.Times.Add(long.Parse(line[1]) * GpsTime.NanosecondsPerSecond);
                file.Values[0].Add(long.Parse(line[1]));
            }
            return file;
        }

        public void Dispose() => folder.Dispose();
    }

    static string Seconds(EventFileSet set, long start, long end)
    {
        var table = set.Read(Segment.FromSeconds(start, end), CancellationToken.None);
        return string.Join(' ',
            Enumerable
                .Range(0, table.Channels.Count)
                .Select(c => table.Channels[c] + ":" + string.Join(',', table.Run(c).Column(0).ToArray())));
    }

    [Fact]
    public void Files_that_name_their_span_are_read_when_it_is_asked_for_and_kept_for_a_while()
    {
        using var fixture = new Fixture();
        for (var i = 0; i < 20; i++) fixture.Write($"H-E-{100 + 10 * i}-10.ev", ("A", 105 + 10 * i));
        var set = fixture.Open(channels: ["A"], columns: ["second"]);
        Assert.Empty(fixture.Reads);
        Assert.Equal("A:105,115", Seconds(set, 104, 118));
        Assert.Equal("A:115", Seconds(set, 112, 118));
        Assert.Equal(["H-E-100-10.ev", "H-E-110-10.ev"], fixture.Reads.Keys.Order());
        Assert.All(fixture.Reads.Values, n => Assert.Equal(1, n));

        // A walk over everything does not keep everything.
        for (var i = 0; i < 20; i++) Assert.Equal($"A:{105 + 10 * i}", Seconds(set, 100 + 10 * i, 110 + 10 * i));
        Assert.Equal("A:105", Seconds(set, 103, 107));
        Assert.Equal(2, fixture.Reads["H-E-100-10.ev"]);
    }

    [Fact]
    public void Channels_and_columns_are_found_by_reading_everything_once()
    {
        using var fixture = new Fixture();
        fixture.Write("H-E-100-10.ev", ("B", 101));
        fixture.Write("plain.ev", ("A", 105));
        var set = fixture.Open();
        Assert.Equal(["A", "B"], set.Channels.Names);
        Assert.Equal(["second"], set.Columns);
        Assert.Equal(2, fixture.Reads.Count);
        Assert.Equal("A:105 B:101", Seconds(set, 0, 200));
        Assert.All(fixture.Reads.Values, n => Assert.Equal(1, n));
    }

    [Fact]
    public void Files_of_both_kinds_deliver_together()
    {
        using var fixture = new Fixture();
        fixture.Write("H-E-100-10.ev", ("A", 101));
        fixture.Write("plain.ev", ("A", 105), ("A", 120));
        var delivered = fixture.Open().Read(Segment.FromSeconds(0, 200), CancellationToken.None).Delivered;
        Assert.Equal("[[100, 120.000000001)]", delivered.ToString());
        Assert.Equal(
            "[[50, 130)]",
            fixture.Open(span: Segment.FromSeconds(50, 130)).Read(Segment.FromSeconds(0, 200), CancellationToken.None).Delivered.ToString()
        );
    }

    [Fact]
    public void Events_of_overlapping_files_are_merged_in_time()
    {
        using var fixture = new Fixture();
        fixture.Write("H-E-100-10.ev", ("A", 101), ("A", 105), ("A", 109));
        fixture.Write("L-E-100-10.ev", ("A", 103), ("A", 107));
        Assert.Equal("A:101,103,105,107,109", Seconds(fixture.Open(), 100, 110));
    }

    [Fact]
    public void Files_without_events_deliver_their_named_span_only()
    {
        using var fixture = new Fixture();
        fixture.Write("H-E-100-10.ev");
        fixture.Write("plain.ev");
        Assert.Equal("[[100, 110)]",
            fixture.Open(channels: ["A"]).Read(Segment.FromSeconds(0, 200), CancellationToken.None).Delivered.ToString());
    }

    [Fact]
    public void A_cancelled_read_stops_before_the_next_file()
    {
        using var fixture = new Fixture();
        fixture.Write("H-E-100-10.ev", ("A", 101));
        var set = fixture.Open(channels: ["A"], columns: ["second"]);
        Assert.Throws<OperationCanceledException>(() => set.Read(Segment.FromSeconds(100, 110), new CancellationToken(true)));
        Assert.Empty(fixture.Reads);
    }
}
