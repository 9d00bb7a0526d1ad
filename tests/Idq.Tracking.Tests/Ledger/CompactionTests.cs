using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests.Ledger;

public sealed class CompactionTestsOnSqlite() : CompactionTests(TestEngine.Sqlite);

public sealed class CompactionTestsOnPostgres() : CompactionTests(TestEngine.Postgres);

/// <summary>Entries whose rows are put into one file stay entries, and the ledger keeps one row for all of them.</summary>
public abstract class CompactionTests(TestEngine engine) : StoreFixture(engine)
{
    static ProductDraft Empty(string nickname = "ovl", long start = 0, params IReadOnlyList<long> parents) =>
        ProductDraft.WithoutFile("quiver", nickname, start, start + 8, parents, "evaluate");

    static Compaction Of(string path, params IReadOnlyList<(long Seq, long Rows)> entries)
    {
        var compacted = new List<CompactedEntry>();
        var row = 0L;
        foreach (var (seq, rows) in entries)
        {
            compacted.Add(new(seq, new(row, rows)));
            row += rows;
        }
        return new(row > 0 ? Draft(path, end: 3600) : Empty(), compacted);
    }

    // Two strides of two classifiers with a file each, a model that they come from, and one stride without rows.
    void Fill() => Store.Commit(Products(
        Draft("model", kind: "model"),
        Draft("a", start: 0, end: 8, parents: [1]) with { Attributes = """{"rows":2}""" },
        Draft("x", nickname: "linear", start: 0, end: 8),
        Empty(start: 8, parents: [1]) with { Attributes = """{"rows":0}""" },
        Draft("y", nickname: "linear", start: 8, end: 16),
        Draft("c", start: 16, end: 24, parents: [1, 2]) with { Attributes = """{"rows":1}""" }));

    static string Line(Product p) =>
        $"{p.Seq} {p.Kind} {p.Nickname} [{p.StartNs}, {p.EndNs}) '{p.Path}' <- {string.Join(',', p.Parents)} {p.Attributes} {p.Rows}";

    [Fact]
    public void An_entry_may_have_no_file()
    {
        Store.Commit(Products(Empty(), Empty(start: 8)));
        Assert.Equal([("", "", false), ("", "", false)], Store.Products().Select(p => (p.Path, p.Sha256, p.HasFile)));
        Assert.Throws<ArgumentException>(() => Store.Commit(Products(Empty() with { Path = "a" })));
        Assert.Throws<ArgumentException>(() => Store.Commit(Products(Draft("a") with { Sha256 = "" })));
    }

    [Fact]
    public void A_compacted_file_stands_for_its_entries_under_the_last_of_their_numbers()
    {
        Fill();
        var file = Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)) with
        {
            File = Draft("hour", start: 0, end: 24, parents: [1]) with { Attributes = """{"rows":3}""" },
        });
        Assert.Equal((6, 2, true), (file.Seq, file.FirstSeq, file.IsCompacted));
        Assert.Equal(
            ["1 model", "3 x", "5 y", "6 hour"], Store.Products().Select(p => $"{p.Seq} {p.Path}"));
        Assert.Equal("""6 quiver ovl [0, 24) 'hour' <- 1 {"rows":3} """, Line(Store.ProductAt("hour")!));
    }

    [Fact]
    public void Entries_that_were_compacted_are_traced_as_before_and_say_which_rows_are_theirs()
    {
        Fill();
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        Assert.Equal(
            [
                """2 quiver ovl [0, 8) 'hour' <- 1 {"rows":2} FileRows { First = 0, Count = 2 }""",
                """4 quiver ovl [8, 16) '' <- 1 {"rows":0} FileRows { First = 2, Count = 0 }""",
                """6 quiver ovl [16, 24) 'hour' <- 1,2 {"rows":1} FileRows { First = 2, Count = 1 }""",
            ],
            Store.Products(new ProductQuery { SinceSeq = 0, Nickname = "ovl", Kind = "quiver" }).Select(Line));
        Assert.Equal([1, 2, 3, 4, 5, 6], Enumerable.Range(1, 6).Select(seq => Store.Product(seq)!.Seq));
        Assert.Equal(16, Store.Product(6)!.StartNs);
        Assert.Equal([7], Store.Commit(Products(Draft("map", kind: "map", parents: [2, 4]))));
        Assert.Equal([2, 4], Store.Product(7)!.Parents);
    }

    [Fact]
    public void A_reader_that_follows_sees_every_entry_once_whenever_it_was_compacted()
    {
        Fill();
        List<long> Follow(long since) => [.. Store.Products(new ProductQuery { SinceSeq = since }).Select(p => p.Seq)];
        var before = Enumerable.Range(0, 7).Select(n => Follow(n)).ToArray();
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        Store.Compact(Of("other", (3, 2), (5, 2)) with { File = Draft("other", nickname: "linear", end: 16) });
        Assert.Equal(before, Enumerable.Range(0, 7).Select(n => Follow(n)));
        Assert.Equal([2L, 4], Store.Products(new ProductQuery { MaxSeq = 4, Nickname = "ovl", Kind = "quiver" }).Select(p => p.Seq));
        var during = new ProductQuery { SinceSeq = 0, Overlapping = (9, 12), Nickname = "ovl", Kind = "quiver" };
        Assert.Equal([4L], Store.Products(during).Select(p => p.Seq));
    }

    [Fact]
    public void The_files_that_were_given_up_are_remembered_until_they_are_removed()
    {
        Fill();
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        Assert.Equal(["a", "c"], Store.Removals());
        using (var again = OpenAgain()) Assert.Equal(["a", "c"], again.Removals());
        Store.Removed(["a"]);
        Assert.Equal(["c"], Store.Removals());
    }

    [Fact]
    public void Entries_without_rows_become_one_row_without_a_file()
    {
        Store.Commit(Products(Empty(), Empty(start: 8), Empty(start: 16)));
        var whole = Store.Compact(Of("", (1, 0), (2, 0), (3, 0)));
        Assert.False(whole.HasFile);
        Assert.Equal(1, Sql("SELECT count(*) FROM products WHERE path IS NULL AND first_seq = 1"));
        Assert.Equal([0L, 8, 16], Store.Products(new ProductQuery { SinceSeq = 0 }).Select(p => p.StartNs));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(2, 9)]
    [InlineData(1, 2)]
    public void What_is_not_an_entry_of_its_own_of_this_kind_and_classifier_is_not_compacted(long one, long two)
    {
        Fill();
        var before = Contents();
        var e = Assert.Throws<TrackerException>(() => Store.Compact(Of("hour", (one, 1), (two, 1))));
        Assert.Equal(TrackerFailure.Conflict, e.Failure);
        Assert.Equal(before, Contents());
        Assert.Empty(Store.Removals());
    }

    [Fact]
    public void The_same_entries_are_compacted_once()
    {
        Fill();
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        var before = Contents();
        Assert.Throws<TrackerException>(() => Store.Compact(Of("again", (2, 2), (6, 1))));
        Assert.Equal(TrackerFailure.DuplicateProduct, Assert.Throws<TrackerException>(() => Store.Compact(
            Of("hour", (3, 2), (5, 2)) with { File = Draft("hour", nickname: "linear", end: 16) })).Failure);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_compaction_that_makes_no_sense_is_refused()
    {
        Fill();
        Assert.Throws<ArgumentException>(() => Store.Compact(Of("hour", (2, 2))));
        Assert.Throws<ArgumentException>(() => Store.Compact(new(Draft("hour"), [new(2, new(0, 2)), new(6, new(3, 1))])));
        Assert.Throws<ArgumentException>(() => Store.Compact(Of("hour", (2, 2), (6, 1)) with { File = Empty() }));
    }

    [Fact]
    public void A_listing_during_which_files_are_compacted_neither_loses_nor_repeats_an_entry()
    {
        const int Count = 3000;
        Store.Commit(Products([.. Enumerable.Range(1, Count).Select(i => Draft($"{i}", nickname: i % 2 == 0 ? "even" : "odd"))]));
        void Compact(string nickname, int from, int step) => Store.Compact(new(
            Draft($"{nickname} from {from}", nickname: nickname),
            [.. Enumerable.Range(0, 700).Select(i => new CompactedEntry(from + step * i, new(i, 1)))]));
        Compact("odd", 1, 2);
        var seen = new List<Product>();
        foreach (var product in Store.Products())
        {
            if (seen.Count == 3) Compact("even", 2, 2);
            if (seen.Count == 1100) Compact("even", 1402, 2);
            seen.Add(product);
        }
        var odd = Assert.Single(seen, p => p.IsCompacted);
        Assert.Equal((1, 1399), (odd.FirstSeq, odd.Seq));
        var expected = Enumerable.Range(1, Count).Where(i => i % 2 == 0 || i > 1399).Select(i => (long)i).Append(1399).Order();
        Assert.Equal(expected, seen.Select(p => p.Seq).Order());
    }

    [Fact]
    public void What_is_collected_leaves_the_ledger_and_its_files_are_to_be_removed()
    {
        Fill();
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        Store.Commit(Products(Draft("last", kind: "map", parents: [6])));
        Assert.Equal([1L, 6], Store.Collect(Listed(1, 6)).Select(p => p.Seq));
        Assert.Empty(Store.Collect([Store.Product(7)! with { Seq = 99 }]));
        Assert.Equal([3L, 5, 7], Store.Products().Select(p => p.Seq));
        Assert.Equal(["a", "c", "hour", "model"], Store.Removals());
        Assert.Null(Store.Product(4));
        Assert.Equal([8], Store.Commit(Products(Draft("next", parents: [1]))));
    }

    [Fact]
    public void The_newest_product_is_never_collected_so_that_no_number_is_given_twice()
    {
        Fill();
        Assert.Equal([1L, 2, 3, 4, 5], Store.Collect(Listed(1, 2, 3, 4, 5, 6)).Select(p => p.Seq));
        Assert.Equal([7], Store.Commit(Products(Draft("next"))));
    }

    // As the program made it before entries could be compacted: products and their parents in two tables.
    void MakeEarlierStore()
    {
        var dialect = Engine == TestEngine.Sqlite ? "sqlite" : "postgres";
        if (Engine == TestEngine.Sqlite) Sql("PRAGMA application_id = 0x69445131");
        else Sql($"CREATE SCHEMA {StorePath[(StorePath.IndexOf("schema=", StringComparison.Ordinal) + 7)..]}");
        var time = Engine == TestEngine.Sqlite ? "TEXT" : "TIMESTAMPTZ";
        Sql($"CREATE TABLE applied_migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL, time_applied {time} NOT NULL)");
        foreach (var name in new[] { "001-base", "002-outbox", "003-newest-by-end" })
        {
            using var script = typeof(TrackerStore).Assembly.GetManifestResourceStream($"tracker/{dialect}/{name}")!;
            using var reader = new StreamReader(script);
            Sql(reader.ReadToEnd());
            Sql($"INSERT INTO applied_migrations VALUES ('tracker/{name}', '', '2026-01-01T00:00:00.000000Z')");
        }
        foreach (var seq in Enumerable.Range(1, 4))
            Sql(
                "INSERT INTO products (seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created) VALUES "
                    + $"({seq}, 'quiver', 'ovl', 'evaluate', {8 * seq}, {8 * seq + 8}, 'p{seq}', '{new string('a', 64)}', "
                    + $"'{{\"n\":{seq}}}', '2026-01-01T00:00:00.000000Z')");
        Sql("INSERT INTO product_parents VALUES (3, 0, 2), (3, 1, 1), (4, 0, 3)");
    }

    [Fact]
    public void A_store_of_an_earlier_program_keeps_its_products_and_their_parents()
    {
        MakeEarlierStore();
        Assert.Equal(
            ["1 p1 [8, 16) ", "2 p2 [16, 24) ", "3 p3 [24, 32) 2,1", "4 p4 [32, 40) 3"],
            Store.Products().Select(p => $"{p.Seq} {p.Path} [{p.StartNs}, {p.EndNs}) {string.Join(',', p.Parents)}"));
        Assert.Equal(["""{"n":1}""", """{"n":2}""", """{"n":3}""", """{"n":4}"""], Store.Products().Select(p => p.Attributes));
        Assert.Equal(2, Sql("SELECT count(*) FROM product_parents WHERE seq = 3"));
        Assert.Equal([5], Store.Commit(Products(Draft("next", parents: [4]))));
        Store.Compact(Of("hour", (1, 1), (2, 1)));
        Assert.Equal([1L, 2, 3, 4, 5], Store.Products(new ProductQuery { SinceSeq = 0 }).Select(p => p.Seq));
        Assert.Equal("p4", Store.LatestEndingBy("quiver", "ovl", 40)!.Path);
    }

    [Fact]
    public void What_was_compacted_after_it_was_listed_is_not_collected()
    {
        Fill();
        var listed = Listed(2, 4, 6);
        Store.Compact(Of("hour", (2, 2), (4, 0), (6, 1)));
        Store.Commit(Products(Draft("last")));
        Assert.Empty(Store.Collect(listed));
        Assert.NotNull(Store.ProductAt("hour"));
    }

    Product[] Listed(params long[] seqs) => [.. Store.Products().Where(p => seqs.Contains(p.Seq))];

    [Fact]
    public void Whatever_is_compacted_queries_for_entries_answer_as_before()
    {
        const int Count = 120;
        string[] names = ["ovl", "linear"];
        Store.Commit(Products([.. Enumerable.Range(0, Count).Select(i =>
            Draft($"{i}", nickname: names[i % 2], start: i * 37 % 100, end: i * 37 % 100 + 8, parents: i == 0 ? [] : [i]) with
            {
                Attributes = $$"""{"n":{{i}}}""",
            })]));
        static string Entry(Product p) => Line(p with { Path = "", Rows = null });
        var all = Store.Products().ToList();
        var (lost, compactions) = (0, 0);
        var queries =
            from since in Gen.Choose(-1, Count)
            from max in Gen.Choose(0, Count + 1)
            from nickname in Gen.Elements(null, "ovl")
            from start in Gen.Choose(-10, 120)
            from length in Gen.Choose(0, 200)
            from first in Gen.Choose(1, Count)
            from count in Gen.Choose(2, 6)
            select (First: first, Count: count, Query: new ProductQuery
            {
                SinceSeq = since,
                MaxSeq = max,
                Nickname = nickname,
                Overlapping = (start, start + length),
            });
        Prop.ForAll(queries.ToArbitrary(), given =>
        {
            try
            {
                Store.Compact(new(
                    Draft($"compacted {++compactions}", nickname: names[(given.First - 1) % 2]),
                    [.. Enumerable.Range(0, given.Count).Select(i => new CompactedEntry(given.First + 2 * i, new(i, 1)))]));
            }
            catch (TrackerException e) when (e.Failure == TrackerFailure.Conflict)
            {
                lost++;
            }
            var expected = all.Where(p =>
                p.Seq > given.Query.SinceSeq && p.Seq <= given.Query.MaxSeq
                && (given.Query.Nickname is null || p.Nickname == given.Query.Nickname)
                && p.StartNs < given.Query.Overlapping!.Value.EndNs && p.EndNs > given.Query.Overlapping.Value.StartNs);
            Assert.Equal(expected.Select(Entry), Store.Products(given.Query).Select(Entry));
        }).QuickCheckThrowOnFailure();
        Assert.InRange(lost, 1, compactions - 5);
    }
}
