using static Idq.Data.Tests.Segments.SegmentLists;

namespace Idq.Data.Tests.Segments;

public sealed class GoodTimeTests : IDisposable
{
    static readonly Segment Span = Segment.FromSeconds(0, 100);

    readonly TemporaryFolder folder = new();

    public GoodTimeTests()
    {
        folder.Write("locked.txt", "10 60\n70 90\n");
        folder.Write("quiet.txt", "0 0 50 50\n1 80 100 20\n");
        folder.Write("jan.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[0,50]],"active":[[5,30],[40,50]]}""");
        folder.Write("feb.json", """{"ifo":"H1","name":"DMT","version":1,"known":[[50,80]],"active":[[50,75]]}""");
        folder.Write("cat2.json", """{"ifo":"H1","name":"CAT2","version":1,"known":[[0,70]],"active":[[20,25]]}""");
        folder.Write("two.json", """{"H1:A:1":{"active":[[0,9]]},"H1:B:1":{"active":[[5,20]]}}""");
    }

    GoodTime? Open(string files, string intersect = "", string exclude = "", string excludeFiles = "") =>
        GoodTime.Open(Paths(files), Words(intersect), Words(exclude), Paths(excludeFiles));

    string[] Paths(string names) => [.. Words(names).Select(folder.File)];

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Nothing_configured_means_that_nobody_is_asked_and_flags_without_files_are_an_error()
    {
        Assert.Null(Open(""));
        foreach (var (intersect, exclude, bad) in new[] { ("H1:DMT:1", "", ""), ("", "H1:DMT:1", ""), ("H1:DMT:1", "", "quiet.txt") })
            Assert.Equal(
                "[segdb] names the flag 'H1:DMT:1' and has no files to look for it",
                Assert.Throws<DataException>(() => Open("", intersect, exclude, bad)).Message);
    }

    [Fact]
    public void Text_files_are_intersected_and_know_all_time()
    {
        var time = Open("locked.txt quiet.txt")!;
        Assert.Equal(new SegmentQuery(Seconds((0, 100)), Seconds((10, 50), (80, 90))), time.Ask(Span));
        Assert.Equal(new SegmentQuery(Seconds((85, 95)), Seconds((85, 90))), time.Ask(Segment.FromSeconds(85, 95)));
    }

    [Fact]
    public void Bad_time_is_taken_away()
    {
        Assert.Equal(
            new SegmentQuery(Seconds((0, 100)), Seconds((0, 10), (60, 70), (90, 100))),
            Open("", excludeFiles: "locked.txt")!.Ask(Span)
        );
        Assert.Equal(Seconds((50, 60), (70, 80)), Open("locked.txt", excludeFiles: "quiet.txt")!.Ask(Span).Active);
        Assert.True(Open("locked.txt", excludeFiles: "locked.txt")!.Ask(Span).Active.IsEmpty);
    }

    [Fact]
    public void A_flag_that_is_spread_over_files_is_one_flag() =>
        Assert.Equal(
            new SegmentQuery(Seconds((0, 80)), Seconds((5, 30), (40, 75))),
            Open("jan.json feb.json", "H1:DMT:1")!.Ask(Span)
        );

    [Fact]
    public void Flags_and_text_are_intersected_and_known_where_all_are()
    {
        Assert.Equal(
            new SegmentQuery(Seconds((0, 70)), Seconds((5, 20), (25, 30), (40, 75))),
            Open("jan.json feb.json cat2.json", "H1:DMT:1", "H1:CAT2:1")!.Ask(Span)
        );
        Assert.Equal(
            new SegmentQuery(Seconds((0, 80)), Seconds((10, 30), (40, 60), (70, 75))),
            Open("jan.json feb.json locked.txt", "H1:DMT")!.Ask(Span)
        );
    }

    [Fact]
    public void Without_flags_everything_in_the_files_counts()
    {
        Assert.Equal(new SegmentQuery(Seconds((0, 50)), Seconds((5, 30), (40, 50))), Open("jan.json")!.Ask(Span));
        Assert.Equal(new SegmentQuery(Seconds((0, 50)), Seconds((20, 25))), Open("jan.json cat2.json")!.Ask(Span));
        var several = Open("two.json")!;
        Assert.Contains("holds several flags", Assert.Throws<DataException>(() => several.Ask(Span)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_excluded_flags_of_a_file_count_when_none_is_intersected() =>
        Assert.Equal(Seconds((0, 20), (25, 30), (40, 50)).Clip(new(GpsTime.FromSeconds(5L), GpsTime.FromSeconds(100L))),
            Open("jan.json cat2.json", "H1:DMT", "H1:CAT2 H1:CAT2:1")!.Ask(Span).Active);

    [Fact]
    public void A_flag_that_is_both_intersected_and_excluded_leaves_nothing() =>
        Assert.Equal(new SegmentQuery(Seconds((0, 50)), SegmentList.Empty), Open("jan.json", "H1:DMT:1", "H1:DMT:1")!.Ask(Span));

    [Fact]
    public void A_flag_that_no_file_holds_is_an_error_that_says_what_they_hold()
    {
        foreach (var (intersect, exclude) in new[] { ("H1:DMTS:1", ""), ("", "H1:DMTS:1") })
        {
            var e = Assert.Throws<DataException>(() => Open("jan.json cat2.json", intersect, exclude));
            Assert.Contains("H1:DMT:1", e.Message, StringComparison.Ordinal);
            Assert.Contains("H1:CAT2:1", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(
            "'DMT' is no flag; expected IFO:NAME or IFO:NAME:VERSION",
            Assert.Throws<DataException>(() => Open("jan.json", "DMT")).Message
        );
    }

    [Fact]
    public void A_file_that_grows_is_read_again()
    {
        var time = Open("locked.txt")!;
        Assert.Equal(Seconds((10, 60), (70, 90)), time.Ask(Span).Active);
        folder.Write("locked.txt", "10 60\n70 90\n95 400\n");
        Assert.Equal(Seconds((10, 60), (70, 90), (95, 100)), time.Ask(Span).Active);
        File.Delete(folder.File("locked.txt"));
        Assert.Throws<DataException>(() => time.Ask(Span));
    }

    [Fact]
    public void Included_flags_intersect_excluded_ones_subtract_and_all_must_be_known()
    {
        var database = new MemorySegments(
            ("H1:A", new(Seconds((0, 90)), Seconds((10, 50)))),
            ("H1:B", new(Seconds((5, 100)), Seconds((20, 80)))),
            ("H1:C", new(Seconds((0, 40), (45, 100)), Seconds((30, 32)))));
        var time = new GoodTime(database, [new("H1", "A", null), new("H1", "B", null)], [new("H1", "C", null)]);
        Assert.Equal(new SegmentQuery(Seconds((5, 40), (45, 90)), Seconds((20, 30), (32, 50))), time.Ask(Span));
        Assert.Equal(["H1:A", "H1:B", "H1:C"], database.Asked);
    }

    [Fact]
    public void Nothing_included_means_all_of_the_span()
    {
        var database = new MemorySegments(("H1:VETO:1", new(Seconds((0, 60)), Seconds((10, 20)))));
        Assert.Equal(new SegmentQuery(Seconds((0, 100)), Seconds((0, 100))), new GoodTime(database, [], []).Ask(Span));
        Assert.Equal(
            new SegmentQuery(Seconds((0, 60)), Seconds((0, 10), (20, 100))),
            new GoodTime(database, [], [new("H1", "VETO", 1)]).Ask(Span)
        );
    }

    [Fact]
    public async Task A_cancelled_query_stops() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Open("locked.txt")!.QueryAsync(Span, new CancellationToken(true))
        );

    public void Dispose() => folder.Dispose();
}
