using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests.Ledger;

public sealed class QueryTestsOnSqlite() : QueryTests(TestEngine.Sqlite);

public sealed class QueryTestsOnPostgres() : QueryTests(TestEngine.Postgres);

public abstract class QueryTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void Products_come_in_the_order_of_their_numbers_whatever_their_spans()
    {
        Store.Commit(Products(Draft("late", start: 100, end: 108), Draft("early", start: 0, end: 8)));
        Assert.Equal(["late", "early"], Store.Products().Select(p => p.Path));
    }

    [Fact]
    public void A_reader_that_remembers_the_last_number_sees_every_product_once()
    {
        var seen = new List<string>();
        var last = 0L;
        for (var i = 0; i < 5; i++)
        {
            Store.Commit(Products(Draft($"{i}a"), Draft($"{i}b", kind: "model"), Draft($"{i}c")));
            foreach (var product in Store.Products(new ProductQuery { Kind = "quiver", SinceSeq = last }))
            {
                seen.Add(product.Path);
                last = product.Seq;
            }
        }

        Assert.Equal(["0a", "0c", "1a", "1c", "2a", "2c", "3a", "3c", "4a", "4c"], seen);
    }

    [Fact]
    public void A_long_ledger_is_read_in_pages_without_a_seam()
    {
        const int Count = 2500;
        Store.Commit(Products(Enumerable.Range(1, Count).Select(i => Draft($"{i}", kind: i % 2 == 0 ? "even" : "odd")).ToArray()));
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), Store.Products().Select(p => p.Seq));
        Assert.Equal(Count / 2, Store.Products(new ProductQuery { Kind = "even" }).Count());
        Assert.Equal(1024, Store.Products(new ProductQuery { Limit = 1024 }).Count());
        Assert.Equal(2048, Store.Products(new ProductQuery { Limit = 2048 }).Last().Seq);
    }

    [Fact]
    public void Products_registered_during_an_enumeration_are_not_in_it()
    {
        Store.Commit(Products(Enumerable.Range(0, 1500).Select(i => Draft($"{i}")).ToArray()));
        var count = 0;
        foreach (Product _ in Store.Products())
        {
            if (count++ == 0)
                Store.Commit(Products(Draft("meanwhile")));
        }

        Assert.Equal(1500, count);
        Assert.Equal(1501, Store.Products().Count());
    }

    [Fact]
    public void An_abandoned_enumeration_blocks_nobody()
    {
        Store.Commit(Products(Enumerable.Range(0, 1500).Select(i => Draft($"{i}")).ToArray()));
        using var abandoned = Store.Products().GetEnumerator();
        Assert.True(abandoned.MoveNext());
        Store.Commit(Products(Draft("next")));
        Assert.Equal(1501, Store.LastSeq());
    }

    [Theory]
    [InlineData(0, 10, "a")]
    [InlineData(10, 20, "b")]
    [InlineData(9, 11, "a b")]
    [InlineData(20, 25, "")]
    [InlineData(29, 31, "c")]
    [InlineData(15, 15, "b")]
    [InlineData(10, 10, "")]
    [InlineData(-5, 100, "a b c")]
    public void Spans_are_half_open(long start, long end, string expected)
    {
        Store.Commit(Products(Draft("a", start: 0, end: 10), Draft("b", start: 10, end: 20), Draft("c", start: 30, end: 30)));
        var query = new ProductQuery { Overlapping = (start, end) };
        Assert.Equal(expected, string.Join(' ', Store.Products(query).Select(p => p.Path)));
    }

    [Fact]
    public void A_query_that_makes_no_sense_is_refused_before_it_is_enumerated()
    {
        Assert.Throws<ArgumentException>(() => Store.Products(new ProductQuery { Limit = -1 }));
        Assert.Throws<ArgumentException>(() => Store.Products(new ProductQuery { Overlapping = (2, 1) }));
        Assert.Empty(Store.Products(new ProductQuery { Limit = 0 }));
    }

    [Fact]
    public void Latest_is_the_newest_registration_of_a_kind_and_nickname_up_to_a_number()
    {
        Store.Commit(Products(
            Draft("1", kind: "model", start: 90, end: 98),
            Draft("2", kind: "model", start: 0, end: 8),
            Draft("3", kind: "model", nickname: "linear"),
            Draft("4", kind: "map")));
        Assert.Equal("2", Store.Latest("model", "ovl")!.Path);
        Assert.Equal("1", Store.Latest("model", "ovl", maxSeq: 1)!.Path);
        Assert.Null(Store.Latest("model", "ovl", maxSeq: 0));
        Assert.Equal("3", Store.Latest("model", "linear")!.Path);
        Assert.Null(Store.Latest("model", "random"));
        Assert.Null(Store.Latest("MODEL", "ovl"));
    }

    [Fact]
    public void Of_those_that_end_by_an_instant_the_one_that_ends_last_is_found_and_of_these_the_last_registered()
    {
        Store.Commit(Products(
            Draft("1", kind: "model", start: 0, end: 90),
            Draft("2", kind: "model", start: 0, end: 8),
            Draft("3", kind: "model", start: 4, end: 8),
            Draft("4", kind: "model", nickname: "linear", start: 0, end: 50),
            Draft("5", kind: "map", start: 0, end: 50)));
        string? By(long end, string nickname = "ovl", string? job = null) => Store.LatestEndingBy("model", nickname, end, job)?.Path;
        Assert.Equal(["1", "1", "3", "3", null], new long[] { 91, 90, 89, 8, 7 }.Select(end => By(end)));
        Assert.Equal("4", By(50, "linear"));
        Assert.Null(By(90, job: "another"));
        // One after the other, in the same order.
        var found = new List<string>();
        for (Product? last = null; (last = Store.LatestEndingBy("model", "ovl", 95, before: last)) is not null;) found.Add(last.Path);
        Assert.Equal(["1", "3", "2"], found);
    }

    [Fact]
    public void A_product_is_found_by_its_path()
    {
        Store.Commit(Products(Draft("a"), Draft("b", parents: [1])));
        Assert.Equal(2, Store.ProductAt("b")!.Seq);
        Assert.Null(Store.ProductAt("B"));
        Assert.Null(Store.ProductAt("c"));
    }

    [Fact]
    public void What_was_never_written_is_null_or_empty()
    {
        Assert.Null(Store.Product(1));
        Assert.Null(Store.Cursor("evaluate"));
        Assert.Empty(Store.Cursors());
        Assert.Empty(Store.Products());
        Assert.Empty(Store.Skips());
        Assert.Equal(0, Store.LastSeq());
    }

    [Fact]
    public void A_cursor_holds_its_last_value()
    {
        Store.Commit(new StrideCommit { Cursors = [new CursorMove("a", "1"), new CursorMove("b", "")] });
        Store.Commit(new StrideCommit { Cursors = [new CursorMove("a", "2"), new CursorMove("a", "3")] });
        Assert.Equal("3", Store.Cursor("a"));
        Assert.Equal("", Store.Cursor("b"));
        Assert.Equal(["a", "b"], Store.Cursors().Keys);
    }

    [Fact]
    public void A_conditional_move_needs_the_cursor_where_it_was_seen()
    {
        Store.Commit(new StrideCommit { Cursors = [CursorMove.FromTo("a", null, "1")] });
        Store.Commit(new StrideCommit { Cursors = [CursorMove.FromTo("a", "1", "2")] });
        foreach (var from in (string?[])[null, "1", "", "3"])
        {
            var e = Assert.Throws<TrackerException>(() => Store.Commit(new StrideCommit
            {
                Products = [Draft("x")],
                Cursors = [CursorMove.FromTo("a", from, "9")],
            }));
            Assert.Equal(TrackerFailure.CursorMoved, e.Failure);
            Assert.False(e.IsTransient);
        }

        Assert.Equal("2", Store.Cursor("a"));
        Assert.Equal(0, Store.LastSeq());
    }

    [Fact]
    public void Skips_are_listed_by_job_in_the_order_of_commits()
    {
        Store.Commit(new StrideCommit { Skips = [new SkipDraft("train", 8, 16, "late"), new SkipDraft("evaluate", 0, 8, "storm")] });
        Store.Commit(
            new StrideCommit { Skips = [.. Enumerable.Range(0, 1500).Select(i => new SkipDraft("train", i, i + 1, "late", $"{i}"))] }
        );
        Assert.Equal(1502, Store.Skips().Count());
        Assert.Equal(new Skip(2, "evaluate", 0, 8, "storm", null), Assert.Single(Store.Skips("evaluate")));
        Assert.Equal(Enumerable.Range(0, 1500).Select(i => $"{i}"), Store.Skips("train").Skip(1).Select(s => s.Detail));
    }

    [Fact]
    public void Any_query_answers_as_a_filter_over_the_whole_ledger_would()
    {
        string[] kinds = ["quiver", "model"], names = ["ovl", "linear"], jobs = ["train", "evaluate"];
        var drafts = new List<ProductDraft>();
        for (var i = 0; i < 200; i++)
        {
            var start = (i * 37) % 100;
            drafts.Add(Draft($"{i}", kinds[i % 2], names[i / 2 % 2], start, start + (i * 7 % 20), jobs[i / 4 % 2]));
        }

        Store.Commit(Products(drafts));
        var all = Store.Products().ToList();

        Gen<ProductQuery> queries =
            from kind in Gen.Elements(null, "quiver", "model", "absent")
            from nickname in Gen.Elements(null, "ovl", "linear")
            from job in Gen.Elements(null, "train", "evaluate")
            from since in Gen.Frequency((1, Gen.Constant<long?>(null)), (3, Gen.Choose(-1, 201).Select(n => (long?)n)))
            from max in Gen.Frequency((1, Gen.Constant<long?>(null)), (3, Gen.Choose(-1, 201).Select(n => (long?)n)))
            from limit in Gen.Frequency((1, Gen.Constant<int?>(null)), (1, Gen.Choose(0, 50).Select(n => (int?)n)))
            from start in Gen.Choose(-10, 120)
            from length in Gen.Choose(0, 40)
            from hasSpan in Gen.Elements(true, false)
            select new ProductQuery
            {
                Kind = kind,
                Nickname = nickname,
                Job = job,
                SinceSeq = since,
                MaxSeq = max,
                Limit = limit,
                Overlapping = hasSpan ? (start, start + length) : null,
            };

        Prop.ForAll(queries.ToArbitrary(), query =>
        {
            IEnumerable<long> expected = all
                .Where(p => query.Kind is null || p.Kind == query.Kind)
                .Where(p => query.Nickname is null || p.Nickname == query.Nickname)
                .Where(p => query.Job is null || p.Job == query.Job)
                .Where(p => p.Seq > (query.SinceSeq ?? 0) && p.Seq <= (query.MaxSeq ?? long.MaxValue))
                .Where(p => query.Overlapping is not { } span || (p.StartNs < span.EndNs && p.EndNs > span.StartNs))
                .Take(query.Limit ?? int.MaxValue)
                .Select(p => p.Seq);
            return expected.SequenceEqual(Store.Products(query).Select(p => p.Seq));
        }).QuickCheckThrowOnFailure();
    }
}
