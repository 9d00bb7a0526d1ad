using Idq.Data;
using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Input;

public sealed class EventSourcesTests : IDisposable
{
    static readonly Segment Span = Gps.Seg(0, 60);

    readonly TemporaryFolder folder = new();

    public EventSourcesTests() => folder.Write("channels.ini", Analysis.Channels);

    IEventSource Open(Func<GpsTime>? now, params string[] settings) =>
        EventSources.Open(Texts.Read(Texts.Least, settings, path: folder.File("test.ini")).Train.Discovery, 3, now);

    static async Task<EventTable> ReadAsync(IEventSource source, Segment span) => await source.ReadAsync(span, CancellationToken.None);

    async Task<EventTable> SimulatedAsync()
    {
        using var source = Open(null);
        return await ReadAsync(source, Span);
    }

    [Fact]
    public async Task A_simulation_delivers_nothing_of_the_future()
    {
        var now = Gps.At(20);
        using var source = Open(() => now);
        Assert.Equal(Gps.List((0, 20)), (await ReadAsync(source, Span)).Delivered);
        now = Gps.At(30);
        Assert.Equal(Gps.List((0, 30)), (await ReadAsync(source, Span)).Delivered);
        Assert.Equal(SegmentList.Of(Span), (await SimulatedAsync()).Delivered);
    }

    [Fact]
    public async Task A_table_gives_the_events_that_were_written()
    {
        var expected = await SimulatedAsync();
        TableArchiveFile.Write(expected, folder.File("events.parquet"));
        using var source = Open(null, "train data discovery:flavor=table", "train data discovery:files=events.parquet",
            "train data discovery:span_start=1262304000", "train data discovery:span_end=1262304060");
        Assert.Equal(expected.Lines().Order(StringComparer.Ordinal), (await ReadAsync(source, Span)).Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_query_is_relative_to_the_configuration()
    {
        TableArchiveFile.Write(await SimulatedAsync(), folder.File("events.parquet"));
        using var source = Open(
            null,
            "train data discovery:flavor=table",
            "train data discovery:query=SELECT * FROM 'events.parquet' WHERE snr > 10"
        );
        var loud = await ReadAsync(source, Span);
        Assert.NotEqual(0, loud.Count);
        Assert.All(loud.Column(loud.FindColumn("snr")).ToArray(), snr => Assert.True(snr > 10));
    }

    [Theory]
    [InlineData("kw")]
    [InlineData("ligolw")]
    public async Task Files_of_the_field_give_the_channels_and_times_that_were_written(string flavor)
    {
        var table = await SimulatedAsync();
        if (flavor == "kw")
            KleineWelleWriter.Write(table, folder.File("H-KW-1262304000-60.trg"));
        else
            LigoLwWriter.Write(table, folder.File("H-X-1262304000-60.xml.gz"));
        using var source = Open(
            null,
            "train data discovery:flavor=" + flavor,
            $"train data discovery:files={(flavor == "kw" ? "*.trg" : "*.xml.gz")}",
            "train data discovery:span_start=1262304000",
            "train data discovery:span_end=1262304060"
        );
        var read = await ReadAsync(source, Span);
        Assert.Equal(table.Count, read.Count);
        Assert.Equal(table.Run(table.Channels.Find("H1:TARGET")).Count, read.Run(read.Channels.Find("H1:TARGET")).Count);
    }

    [Fact]
    public async Task Bounds_hold_for_every_channel()
    {
        var all = await SimulatedAsync();
        using var source = Open(null, "train data discovery:bounds=snr 7 inf, frequency 0 200");
        var kept = await ReadAsync(source, Span);
        Assert.InRange(kept.Count, 1, all.Count - 1);
        Assert.Equal(all.Delivered, kept.Delivered);
        Assert.Equal(all.Within([new("snr", 7, double.PositiveInfinity), new("frequency", 0, 200)]).Lines(), kept.Lines());
        Assert.Equal(all.Channels.Names, source.Channels.Names);
        Assert.Equal(all.Columns, source.Columns);
    }

    [Fact]
    public async Task A_bound_on_a_column_that_is_not_there_is_told()
    {
        using var source = Open(null, "train data discovery:bounds=loudness 7 inf");
        Assert.Contains(
            "loudness",
            (await Assert.ThrowsAsync<DataException>(() => ReadAsync(source, Span))).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => folder.Dispose();
}
