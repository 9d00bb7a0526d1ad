using static Idq.Data.Tests.Segments.SegmentLists;

namespace Idq.Data.Tests.Segments;

public sealed class SegmentFilesTests : IDisposable
{
    static readonly Segment Span = Segment.FromSeconds(0, 100);

    readonly TemporaryFolder folder = new();

    SegmentFiles Open(params (string Name, string Text)[] files) => new([.. files.Select(f => folder.Write(f.Name, f.Text))]);

    [Fact]
    public void A_flag_that_is_spread_over_files_of_any_format_is_one_flag()
    {
        var database = Open(
            ("jan.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[0,50]],"active":[[5,30],[40,50]]}"""),
            ("feb.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[50,80]],"active":[[50,75]]}"""),
            ("march.xml", """
                <LIGO_LW><Table Name="segment_definer:table"><Column Name="segment_def_id" Type="int_8s"/>
                <Column Name="ifos" Type="lstring"/><Column Name="name" Type="lstring"/><Column Name="version" Type="int_4s"/>
                <Stream Name="segment_definer:table" Delimiter="," Type="Local">0,"H1","DMT",2,</Stream></Table>
                <Table Name="segment_summary:table"><Column Name="start_time" Type="int_4s"/><Column Name="end_time" Type="int_4s"/>
                <Column Name="segment_def_id" Type="int_8s"/>
                <Stream Name="segment_summary:table" Delimiter="," Type="Local">90,95,0</Stream></Table>
                <Table Name="segment:table"><Column Name="start_time" Type="int_4s"/><Column Name="end_time" Type="int_4s"/>
                <Column Name="segment_def_id" Type="int_8s"/>
                <Stream Name="segment:table" Delimiter="," Type="Local">91,92,0</Stream></Table></LIGO_LW>
                """));
        Assert.Equal(new SegmentQuery(Seconds((0, 80)), Seconds((5, 30), (40, 75))), database.Ask("H1:DMT:1", Span));
        Assert.Equal(new SegmentQuery(Seconds((90, 95)), Seconds((91, 92))), database.Ask("H1:DMT:2", Span));
        Assert.Equal(new SegmentQuery(Seconds((0, 80), (90, 95)), Seconds((5, 30), (40, 75), (91, 92))), database.Ask("H1:DMT", Span));
        Assert.Equal(new SegmentQuery(Seconds((45, 55)), Seconds((45, 55))), database.Ask("H1:DMT", Segment.FromSeconds(45, 55)));
    }

    [Fact]
    public void An_unknown_flag_is_an_error_that_lists_what_there_is()
    {
        var database = Open(
            ("a.json", """{"ifo":"H1","name":"A","version":1,"active":[[5,30]]}"""),
            ("b.json", """[{"ifo":"H1","name":"B","version":1,"active":[]},{"ifo":"H1","name":"A","version":1,"active":[]}]"""),
            ("c.txt", "1 2\n")
        );
        var e = Assert.Throws<DataException>(() => database.Ask("H1:A:2", Span));
        Assert.Equal("no file of [segdb] files holds the flag 'H1:A:2'; they hold H1:A:1, H1:B:1", e.Message);
        Assert.False(e.IsTransient);
        Assert.Equal(["H1:A:1", "H1:B:1"], database.Flags.Select(f => f.ToString()));
    }

    [Fact]
    public void A_file_that_changes_is_read_again()
    {
        var database = Open(("a.json", """{"ifo":"H1","name":"A","version":1,"active":[[5,30]]}"""));
        Assert.Equal(Seconds((5, 30)), database.Ask("H1:A", Span).Active);
        folder.Write("a.json", """{"ifo":"H1","name":"A","version":1,"active":[[5,30],[40,41]]}""");
        Assert.Equal(Seconds((5, 30), (40, 41)), database.Ask("H1:A", Span).Active);
        folder.Write("a.json", """{"ifo":"H1","name":"B","version":1,"active":[[5,30]]}""");
        Assert.Throws<DataException>(() => database.Ask("H1:A", Span));
        Assert.Equal(Seconds((5, 30)), database.Ask("H1:B", Span).Active);
        folder.Write("a.json", """{"ifo":""");
        Assert.Contains("a.json", Assert.Throws<DataException>(() => database.Ask("H1:B", Span)).Message, StringComparison.Ordinal);
        File.Delete(folder.File("a.json"));
        Assert.Throws<DataException>(() => database.Ask("H1:B", Span));
    }

    [Fact]
    public void A_file_that_does_not_change_is_read_once()
    {
        var file = new WatchedSegmentFile(folder.Write("s.txt", "10 20\n30 200\n"));
        Assert.Same(file.Flags, file.Flags);
        Assert.Equal(new SegmentQuery(SegmentList.All, Seconds((10, 20), (30, 200))), Assert.Single(file.Flags).Segments);
        var read = file.Flags;
        file.Forget();
        Assert.NotSame(read, file.Flags);
    }

    [Fact]
    public async Task A_cancelled_query_stops() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await new SegmentFiles(["x"]).QueryAsync(new("H1", "A", 1), Span, new CancellationToken(true))
        );

    public void Dispose() => folder.Dispose();
}
