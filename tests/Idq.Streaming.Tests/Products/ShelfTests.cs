using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

public sealed class ShelfTests : IDisposable
{
    readonly Analysis analysis = new();
    readonly List<string> reads = [];

    Shelf<string> Shelf() => new(analysis.Store, analysis.Paths, "model", "train", path =>
    {
        reads.Add(path);
        return File.ReadAllText(path);
    });

    long Register(
        string path, string? text, string nickname = "ovl", string job = "train", string kind = "model", double start = 0, double end = 1)
    {
        Directory.CreateDirectory(analysis.Paths.Root);
        if (text is not null) File.WriteAllText(analysis.Paths.Absolute(path), text);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? "")));
        return analysis.Store.Commit(
            new StrideCommit
            {
                Products =
            [
                new ProductDraft(
                    kind, nickname, Gps.At(start).Nanoseconds, Gps.At(end).Nanoseconds, path, sha256, [], job),
            ]
            }
        )[0];
    }

    [Fact]
    public void The_newest_is_read_once_until_there_is_a_newer_one()
    {
        var shelf = Shelf();
        Assert.Null(shelf.Newest("ovl"));
        Register("a.json", "first");
        Assert.Equal("first", shelf.Newest("ovl")!.Value);
        Assert.Same(shelf.Newest("ovl"), shelf.Newest("ovl"));
        var seq = Register("b.json", "second");
        Assert.Equal(("second", seq), (shelf.Newest("ovl")!.Value, shelf.Newest("ovl")!.Product.Seq));
        Assert.Equal(2, reads.Count);
    }

    [Fact]
    public void What_judges_a_stride_was_made_of_earlier_data_only_the_newest_such_whatever_the_order_of_registration() =>
        (from ends in Gen.Choose(1, 12).ArrayOf(8) from starts in Gen.Choose(0, 14).ArrayOf(5) select (ends, starts)).Check(t =>
        {
            using var fresh = new ShelfTests();
            var shelf = fresh.Shelf();
            foreach (var (k, end) in t.ends.Index()) fresh.Register($"{k}.json", $"{k}", end: end);
            foreach (var start in t.starts)
            {
                var expected = t.ends.Index().Where(e => e.Item <= start).OrderBy(e => e.Item).ThenBy(e => e.Index).ToArray();
                var found = shelf.Newest("ovl", Gps.At(start));
                Assert.Equal(expected.Length == 0 ? null : $"{expected[^1].Index}", found?.Value);
                Assert.Null(shelf.Newest("linear", Gps.At(start)));
            }
        }, runs: 10);

    [Fact]
    public void A_job_that_goes_back_and_forth_between_a_few_reads_each_once_and_keeps_only_a_few()
    {
        const int Count = 8;
        var shelf = Shelf();
        for (var k = 0; k < Count; k++) Register($"{k}.json", $"{k}", end: k);
        for (var turn = 0; turn < 5; turn++)
            foreach (var start in new[] { Count - 1, 2, 3 }) Assert.Equal($"{start}", shelf.Newest("ovl", Gps.At(start))!.Value);
        Assert.Equal(3, reads.Count);
        for (var k = 0; k < Count; k++) shelf.Newest("ovl", Gps.At(k));
        reads.Clear();
        shelf.Newest("ovl", Gps.At(0));
        Assert.Single(reads);
    }

    [Fact]
    public void Other_classifiers_kinds_and_jobs_are_not_looked_at()
    {
        Register("a.json", "mine");
        Register("b.json", "another classifier's", nickname: "linear");
        Register("c.json", "a batch's", job: "batch_1_2");
        Register("d.json", "a map", kind: "map");
        var shelf = Shelf();
        Assert.Equal("mine", shelf.Newest("ovl")!.Value);
        Assert.Equal("another classifier's", shelf.Newest("linear")!.Value);
        Assert.Null(shelf.Newest("random"));
    }

    [Fact]
    public void A_registered_file_that_is_gone_is_named_with_its_number()
    {
        var seq = Register("gone.json", null);
        var e = Assert.Throws<DataException>(() => Shelf().Newest("ovl"));
        Assert.Contains($"number {seq}", e.Message, StringComparison.Ordinal);
        Assert.Contains("gone.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_or_not_what_was_registered_is_told_and_passed_over()
    {
        Register("a.json", "first", end: 1);
        Register("b.json", "second", end: 3);
        Register("c.json", "changed", end: 2);
        Register("d.json", null, end: 3);
        File.WriteAllText(analysis.Paths.Absolute("c.json"), "Changed");
        var shelf = Shelf();
        var damaged = new List<string>();
        Assert.Equal("second", shelf.Newest("ovl", Gps.At(3), damaged)!.Value);
        Assert.Equal("first", shelf.Newest("ovl", Gps.At(2), damaged)!.Value);
        Assert.Equal("second", shelf.Newest("ovl", damaged)!.Value);
        string[] expected = ["d.json", "number 4", "c.json", "number 3", "d.json", "number 4", "c.json", "number 3"];
        Assert.Equal(4, damaged.Count);
        Assert.All(
            expected.Chunk(2).Zip(damaged), d => Assert.All(d.First, word => Assert.Contains(word, d.Second, StringComparison.Ordinal)));
        damaged.Clear();
        Assert.Null(shelf.Newest("ovl", Gps.At(0), damaged));
        Assert.Empty(damaged);
        File.WriteAllText(analysis.Paths.Absolute("c.json"), "changed");
        Assert.Equal("changed", shelf.Newest("ovl", Gps.At(2), damaged)!.Value);
    }

    public void Dispose() => analysis.Dispose();
}
