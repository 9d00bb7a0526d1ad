using System.Data.Common;
using NodaTime;

namespace Idq.Tracking.Tests.Ledger;

public sealed class CommitTestsOnSqlite() : CommitTests(TestEngine.Sqlite);

public sealed class CommitTestsOnPostgres() : CommitTests(TestEngine.Postgres);

public abstract class CommitTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void A_commit_appends_products_skips_and_cursors_together()
    {
        IReadOnlyList<long> seqs = Store.Commit(new StrideCommit
        {
            Products = [Draft("a.parquet") with { Attributes = """{"rows":3}""" }, Draft("b.parquet", kind: "series")],
            Cursors = [new CursorMove("evaluate", """{"stride":7}""")],
            Skips = [new SkipDraft("evaluate", 8, 16, "max_latency", "9 s late")],
            Messages = [Message("glitch")],
        });

        Assert.Equal([1, 2], seqs);
        var first = Store.Product(1)!;
        Assert.Equal("quiver", first.Kind);
        Assert.Equal("ovl", first.Nickname);
        Assert.Equal("evaluate", first.Job);
        Assert.Equal((0, 8), (first.StartNs, first.EndNs));
        Assert.Equal("a.parquet", first.Path);
        Assert.Equal(new string('a', 64), first.Sha256);
        Assert.Equal("""{"rows":3}""", first.Attributes);
        Assert.Equal(Clock.GetCurrentInstant(), first.Registered);
        Assert.Empty(first.Parents);
        Assert.Equal("series", Store.Product(2)!.Kind);
        Assert.Equal("""{"stride":7}""", Store.Cursor("evaluate"));
        Assert.Equal([new Skip(1, "evaluate", 8, 16, "max_latency", "9 s late")], Store.Skips());
        Assert.Equal(["1 k=glitch to alerts"], Store.Outbox().Select(Shown));
    }

    [Fact]
    public void A_commit_of_nothing_changes_nothing()
    {
        Assert.Empty(Store.Commit(new StrideCommit()));
        Assert.Equal("", Contents());
    }

    [Fact]
    public void Parents_keep_the_order_in_which_they_were_named()
    {
        Store.Commit(Products(Draft("a"), Draft("b"), Draft("c")));
        long child = Store.Commit(Products(Draft("child", parents: [3, 1, 2, 3])))[0];
        Assert.Equal([3, 1, 2, 3], Store.Product(child)!.Parents);
    }

    [Fact]
    public void A_draft_may_name_as_parent_a_product_of_the_same_commit_that_comes_before_it()
    {
        Store.Commit(Products(Draft("model"), Draft("map", parents: [1])));
        Assert.Equal([1], Store.Product(2)!.Parents);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(99)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_parent_that_is_not_in_the_ledger_yet_undoes_the_whole_commit(long parent)
    {
        Store.Commit(Products(Draft("a")));
        var before = Contents();

        var e = Assert.Throws<TrackerException>(() => Store.Commit(new StrideCommit
        {
            Products = [Draft("b", parents: [parent]), Draft("c")],
            Cursors = [new CursorMove("evaluate", "moved")],
            Skips = [new SkipDraft("evaluate", 0, 1, "late")],
            Messages = [Message("glitch")],
        }));

        Assert.Equal(TrackerFailure.UnknownReference, e.Failure);
        Assert.Contains($"'b' names parent {parent}", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_path_is_registered_once_and_the_second_time_undoes_the_whole_commit()
    {
        Store.Commit(Products(Draft("a"), Draft("b")));
        var before = Contents();

        var e = Assert.Throws<TrackerException>(() => Store.Commit(new StrideCommit
        {
            Products = [Draft("c"), Draft("b")],
            Cursors = [new CursorMove("evaluate", "moved")],
        }));

        Assert.Equal(TrackerFailure.DuplicateProduct, e.Failure);
        Assert.False(e.IsTransient);
        Assert.Contains("'b' is in the ledger", e.Message, StringComparison.Ordinal);
        Assert.Contains("number 2", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_path_twice_in_one_commit_is_refused()
    {
        var e = Assert.Throws<TrackerException>(() => Store.Commit(Products(Draft("a"), Draft("a"))));
        Assert.Equal(TrackerFailure.DuplicateProduct, e.Failure);
        Assert.Equal("", Contents());
    }

    [Fact]
    public void Sequence_numbers_have_no_gaps_after_commits_that_were_undone()
    {
        Store.Commit(Products(Draft("a")));
        for (var i = 0; i < 5; i++)
            Assert.Throws<TrackerException>(() => Store.Commit(Products(Draft($"x{i}"), Draft($"y{i}"), Draft("a"))));
        Assert.Equal([2, 3], Store.Commit(Products(Draft("b"), Draft("c"))));
        Assert.Equal([1L, 2, 3], Store.Products().Select(p => p.Seq));
    }

    [Fact]
    public void The_store_works_on_after_a_commit_that_failed()
    {
        Assert.Throws<TrackerException>(() => Store.Commit(Products(Draft("a"), Draft("a"))));
        Store.Commit(Products(Draft("a")));
        Assert.Equal(1, Store.LastSeq());
    }

    public static TheoryData<string, ProductDraft> MalformedDrafts => new()
    {
        { "empty kind", Draft("a", kind: "") },
        { "blank nickname", Draft("a", nickname: " ") },
        { "empty path", Draft("") },
        { "empty job", Draft("a", job: "") },
        { "end before start", Draft("a", start: 8, end: 7) },
        { "short hash", Draft("a") with { Sha256 = "abc" } },
        { "upper-case hash", Draft("a") with { Sha256 = new string('A', 64) } },
        { "attributes not JSON", Draft("a") with { Attributes = "{" } },
        { "attributes not an object", Draft("a") with { Attributes = "[1]" } },
    };

    [Theory]
    [MemberData(nameof(MalformedDrafts))]
    public void A_malformed_draft_is_refused_before_anything_is_written(string why, ProductDraft draft)
    {
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit
        {
            Products = [Draft("good"), draft],
            Cursors = [new CursorMove("evaluate", why)],
            Messages = [Message(why)],
        }));
        Assert.Equal("", Contents());
    }

    [Fact]
    public void Malformed_cursors_skips_and_messages_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Cursors = [new CursorMove("", "x")] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Cursors = [new CursorMove("x", null!)] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Skips = [new SkipDraft("", 0, 1, "late")] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Skips = [new SkipDraft("train", 0, 1, " ")] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Skips = [new SkipDraft("train", 2, 1, "late")] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Messages = [Message("x", destination: " ")] }));
        Assert.ThrowsAny<ArgumentException>(() => Store.Commit(new StrideCommit { Messages = [Message("x", key: null!)] }));
        Assert.Equal("", Contents());
    }

    [Fact]
    public void Times_keep_all_64_bits_and_text_keeps_every_character()
    {
        const string Odd = "a'; DROP TABLE products; -- \"é\u4e2d\U0001f600";
        Store.Commit(new StrideCommit
        {
            Products = [Draft(Odd, kind: Odd, nickname: Odd, start: long.MinValue, end: long.MaxValue, job: Odd)],
            Cursors = [new CursorMove(Odd, Odd)],
            Skips = [new SkipDraft(Odd, long.MinValue, long.MaxValue, Odd, Odd)],
        });
        var product = Assert.Single(Store.Products(new ProductQuery { Kind = Odd, Nickname = Odd, Job = Odd }));
        Assert.Equal((long.MinValue, long.MaxValue, Odd), (product.StartNs, product.EndNs, product.Path));
        Assert.Equal(Odd, Store.Cursor(Odd));
        Assert.Equal(new Skip(1, Odd, long.MinValue, long.MaxValue, Odd, Odd), Assert.Single(Store.Skips(Odd)));
    }

    [Fact]
    public void A_product_says_when_it_was_registered_to_the_microsecond()
    {
        Clock.Advance(Duration.FromNanoseconds(123_456_000));
        Store.Commit(Products(Draft("a")));
        Assert.Equal(Clock.GetCurrentInstant(), Store.Product(1)!.Registered);
    }

    [Theory]
    [InlineData("UPDATE products SET path = 'x'", "products is append-only")]
    [InlineData("DELETE FROM products", "products is append-only")]
    [InlineData("UPDATE product_parents SET parent = 2", "product_parents is append-only")]
    [InlineData("DELETE FROM product_parents", "product_parents is append-only")]
    [InlineData("UPDATE skips SET reason = 'x'", "skips is append-only")]
    [InlineData("DELETE FROM skips", "skips is append-only")]
    public void The_ledger_cannot_be_rewritten_even_with_SQL(string sql, string message)
    {
        Store.Commit(new StrideCommit
        {
            Products = [Draft("a"), Draft("b", parents: [1])],
            Skips = [new SkipDraft("train", 0, 1, "late")],
        });
        var before = Contents();

        var e = Assert.ThrowsAny<DbException>(() => Sql(sql));

        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }
}
