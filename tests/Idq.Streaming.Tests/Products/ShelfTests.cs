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

    long Register(string path, string? text, string nickname = "ovl", string job = "train", string kind = "model")
    {
        Directory.CreateDirectory(analysis.Paths.Root);
        if (text is not null)
            File.WriteAllText(analysis.Paths.Absolute(path), text);
        return analysis.Store.Commit(
            new StrideCommit { Products = [new ProductDraft(kind, nickname, 0, 1, path, new string('0', 64), [], job)] }
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

    public void Dispose() => analysis.Dispose();
}
