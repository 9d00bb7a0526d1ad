using System.IO.Compression;
using System.Text;
using static Idq.Data.Tests.Segments.SegmentLists;

namespace Idq.Data.Tests.Segments;

/// <summary>Segment files in folders and by patterns, which appear, grow and vanish.</summary>
public sealed class LiveSegmentFilesTests : IDisposable
{
    static readonly Segment Span = Segment.FromSeconds(1000, 1012);

    readonly TemporaryFolder folder = new();

    string Flag(string name, string flag, long start, long end, string active) =>
        folder.Write(name, $"{{\"{flag}\": {{\"known\": [[{start}, {end}]], \"active\": {active}}}}}");

    GoodTime Open(string files, string intersect = "", string excludeFiles = "") =>
        GoodTime.Open(Paths(files), Words(intersect), [], Paths(excludeFiles))!;

    string[] Paths(string names) => [.. Words(names).Select(folder.File)];

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static SegmentQuery Query((double, double)[] known, (double, double)[] active) => new(Seconds(known), Seconds(active));

    [Theory]
    [InlineData("dq")]
    [InlineData("dq/*.json")]
    [InlineData("d?/H-DQ*")]
    [InlineData("**/H-DQ*.json")]
    public void Files_that_appear_later_are_found_in_folders_and_by_patterns(string files)
    {
        Flag("dq/H-DQ-1000-4.json", "H1:UP:1", 1000, 1004, "[[1000, 1004]]");
        foreach (var intersect in new[] { "H1:UP:1", "H1:UP", "" })
        {
            var time = Open(files, intersect);
            Assert.Equal(Query([(1000, 1004)], [(1000, 1004)]), time.Ask(Span));
            Flag("dq/H-DQ-1004-4.json", "H1:UP:1", 1004, 1008, "[[1005, 1008]]");
            Assert.Equal(Query([(1000, 1008)], [(1000, 1004), (1005, 1008)]), time.Ask(Span));
            Assert.Equal(Query([], []), time.Ask(Segment.FromSeconds(2000, 2004)));
            File.Delete(folder.File("dq/H-DQ-1004-4.json"));
            Assert.Equal(Query([(1000, 1004)], [(1000, 1004)]), time.Ask(Span));
        }
    }

    [Fact]
    public void Text_files_whose_names_differ_in_their_span_are_one_list_and_others_are_lists_of_their_own()
    {
        folder.Write("dq/H-SCIENCE-1000-4.txt", "1000 1003\n");
        folder.Write("dq/H-SCIENCE-1004-4.txt", "1005 1008\n");
        var time = Open("dq");
        Assert.Equal(Query([(1000, 1008)], [(1000, 1003), (1005, 1008)]), time.Ask(Span));
        folder.Write("dq/H-SCIENCE-1008-4.txt", "1008 1012\n");
        Assert.Equal(Seconds((1000, 1012)), time.Ask(Span).Known);
        folder.Write("dq/quiet.txt", "0 1002\n1009 3000\n");
        Assert.Equal(Seconds((1000, 1002), (1009, 1012)), Open("dq").Ask(Span).Active);
        Assert.Equal(Query([], []), Open("dq").Ask(Segment.FromSeconds(1012, 1016)));
    }

    [Fact]
    public void Bad_time_may_be_spread_over_files_too_and_is_unknown_where_no_file_is()
    {
        folder.Write("vetoes/H-VETO-1000-4.txt", "1001 1002\n");
        var time = Open("", excludeFiles: "vetoes");
        Assert.Equal(Query([(1000, 1004)], [(1000, 1001), (1002, 1012)]), time.Ask(Span));
        folder.Write("vetoes/H-VETO-1004-8.txt", "");
        Assert.Equal(Query([(1000, 1012)], [(1000, 1001), (1002, 1012)]), time.Ask(Span));
        folder.Write("vetoes/more.txt", "1011 1012\n");
        Assert.Equal(Seconds((1000, 1001), (1002, 1011)), Open("", excludeFiles: "vetoes").Ask(Span).Active);
    }

    [Fact]
    public void A_file_that_is_being_written_knows_nothing_until_it_is_whole()
    {
        var whole = """
            <LIGO_LW><Table Name="segment:table"><Column Name="start_time" Type="int_4s"/><Column Name="end_time" Type="int_4s"/>
            <Stream Name="segment:table" Delimiter="," Type="Local">1000,1004</Stream></Table></LIGO_LW>
            """;
        folder.Write("dq/H-DQ-1000-4.xml", whole);
        var time = Open("dq/*");
        foreach (var length in new[] { 1, 60, whole.Length - 1 })
        {
            folder.Write("dq/H-DQ-1004-4.xml", whole.Replace("1000,1004", "1004,1008", StringComparison.Ordinal)[..length]);
            Assert.Equal(Query([(1000, 1004)], [(1000, 1004)]), time.Ask(Span));
        }
        folder.Write("dq/H-DQ-1004-4.xml", whole.Replace("1000,1004", "1004,1008", StringComparison.Ordinal));
        Assert.Equal(Query([(1000, 1008)], [(1000, 1008)]), time.Ask(Span));
        using (var torn = new MemoryStream())
        {
            using (var gzip = new GZipStream(torn, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Encoding.UTF8.GetBytes("1008 1012\n"));
            File.WriteAllBytes(folder.File("dq/H-DQ-1008-4.txt.gz"), torn.ToArray()[..^9]);
            Assert.Equal(Seconds((1000, 1008)), time.Ask(Span).Known);
            File.WriteAllBytes(folder.File("dq/H-DQ-1008-4.txt.gz"), torn.ToArray());
        }
        Assert.Equal(Query([(1000, 1012)], [(1000, 1012)]), time.Ask(Span));
    }

    [Fact]
    public void A_file_that_is_named_twice_counts_once()
    {
        folder.Write("science.txt", "1000 1010\n");
        File.CreateSymbolicLink(folder.File("link.txt"), "science.txt");
        foreach (var files in new[] { "s*.txt science.txt", "science.txt science.txt", "link.txt ./science.txt", "science.txt *.txt" })
            Assert.Equal(Seconds((1000, 1010)), Open(files, excludeFiles: "").Ask(Span).Active);
        Assert.True(Open("science.txt science.txt", excludeFiles: "s*.txt science.txt").Ask(Span).Active.IsEmpty);
    }

    [Fact]
    public void A_folder_without_segment_files_and_a_file_in_it_that_is_none_are_errors()
    {
        folder.Write("dq/readme.md", "text");
        Assert.Contains("there is no segment file in", Assert.Throws<DataException>(() => Open("dq")).Message);
        folder.Write("dq/notes.txt", "text\n");
        Assert.Contains("notes.txt', line 1", Assert.Throws<DataException>(() => Open("dq")).Message);
    }

    [Fact]
    public void A_version_counts_where_it_knows_and_all_versions_together_without_one()
    {
        folder.Write("flags.json", """
            [{"ifo": "H1", "name": "UP", "version": 1, "known": [[1000, 1006]], "active": [[1000, 1002]]},
             {"ifo": "H1", "name": "UP", "version": 2, "known": [[1006, 1012]], "active": [[1004, 1008]]}]
            """);
        Assert.Equal(Query([(1000, 1012)], [(1000, 1002), (1006, 1008)]), Open("flags.json", "H1:UP").Ask(Span));
        Assert.Equal(Query([(1000, 1012)], [(1000, 1002), (1006, 1008)]), Open("flags.json").Ask(Span));
        Assert.Equal(Query([(1000, 1006)], [(1000, 1002)]), Open("flags.json", "H1:UP:1").Ask(Span));
        Assert.Equal(Query([(1006, 1012)], [(1006, 1008)]), Open("flags.json", "H1:UP:2").Ask(Span));
    }

    public void Dispose() => folder.Dispose();
}
