using Idq.Data;
using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Input;

public sealed class SegmentOptionsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public SegmentOptionsTests()
    {
        folder.Write("channels.ini", Analysis.Channels);
        folder.Write("locked.txt", "10 60\n70 90\n");
        folder.Write("quiet.txt", "0 0 50 50\n1 80 100 20\n");
        folder.Write("jan.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[0,50]],"active":[[5,30],[40,50]]}""");
        folder.Write("feb.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[50,80]],"active":[[50,75]]}""");
        folder.Write("cat2.json", """{"ifo":"H1","name":"CAT2","version":1,"known":[[0,70]],"active":[[20,25]]}""");
    }

    GoodTime? Open(params string[] settings) =>
        Texts.Read(Texts.Least, settings, path: folder.File("test.ini")).Segments.Open();

    async Task<(SegmentList Known, SegmentList Active)> QueryAsync(double start, double end, params string[] settings)
    {
        var answer = await Open(settings)!.QueryAsync(Seconds(start, end), CancellationToken.None);
        return (answer.Known, answer.Active);
    }

    static Segment Seconds(double start, double end) => new(GpsTime.FromSeconds(start), GpsTime.FromSeconds(end));

    static SegmentList List(params (double, double)[] segments) => SegmentList.Coalesce(segments.Select(s => Seconds(s.Item1, s.Item2)));

    [Fact]
    public void Nothing_configured_means_that_nobody_is_asked() => Assert.Null(Open());

    [Fact]
    public async Task Text_files_are_intersected_and_know_all_time()
    {
        Assert.Equal((List((0, 100)), List((10, 50), (80, 90))), await QueryAsync(0, 100, "segdb:files=locked.txt quiet.txt"));
        Assert.Equal((List((85, 95)), List((85, 90))), await QueryAsync(85, 95, "segdb:files=locked.txt quiet.txt"));
    }

    [Fact]
    public async Task Bad_time_is_taken_away()
    {
        Assert.Equal((List((0, 100)), List((60, 70), (90, 100), (0, 10))), await QueryAsync(0, 100, "segdb:exclude_files=locked.txt"));
        Assert.Equal(
            List((50, 60), (70, 80)),
            (await QueryAsync(0, 100, "segdb:files=locked.txt", "segdb:exclude_files=quiet.txt")).Active
        );
    }

    [Fact]
    public async Task A_flag_that_is_spread_over_files_is_one_flag() =>
        Assert.Equal(
            (List((0, 80)), List((5, 30), (40, 75))),
            await QueryAsync(0, 100, "segdb:files=jan.json feb.json", "segdb:intersect=H1:DMT:1")
        );

    [Fact]
    public async Task Flags_and_text_are_intersected_and_known_where_all_are()
    {
        Assert.Equal((List((0, 70)), List((5, 20), (25, 30), (40, 75))),
            await QueryAsync(0, 100, "segdb:files=jan.json feb.json cat2.json", "segdb:intersect=H1:DMT:1", "segdb:exclude=H1:CAT2:1"));
        Assert.Equal((List((0, 80)), List((10, 30), (40, 60), (70, 75))),
            await QueryAsync(0, 100, "segdb:files=jan.json feb.json locked.txt", "segdb:intersect=H1:DMT"));
    }

    [Fact]
    public async Task Without_flags_everything_in_the_files_counts() =>
        Assert.Equal((List((0, 50)), List((5, 30), (40, 50))), await QueryAsync(0, 100, "segdb:files=jan.json"));

    [Fact]
    public void A_flag_that_no_file_holds_is_an_error_that_says_what_they_hold()
    {
        var e = Assert.Throws<DataException>(() => Open("segdb:files=jan.json cat2.json", "segdb:intersect=H1:DMTS:1"));
        Assert.Contains("H1:DMT:1", e.Message, StringComparison.Ordinal);
        Assert.Contains("H1:CAT2:1", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
