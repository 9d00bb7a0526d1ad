using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

public sealed class ProductCollectionTests : IDisposable
{
    readonly Analysis analysis = new();

    ProductCollection Collection => new(analysis.Store, analysis.Paths);

    long Add(string kind, string nickname, double start, double end, params long[] parents) =>
        Add(analysis, kind, nickname, start, end, parents);

    static long Add(Analysis analysis, string kind, string nickname, double start, double end, params long[] parents)
    {
        var path = analysis.Paths.Relative(kind, nickname, kind, Gps.Seg(start, end), "parquet");
        var file = analysis.Paths.Absolute(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, path);
        return analysis.Store.Commit(new StrideCommit
        {
            Products =
            [
                new ProductDraft(
                    kind, nickname, Gps.At(start).Nanoseconds, Gps.At(end).Nanoseconds, path, new string('a', 64), parents, kind),
            ],
        })[0];
    }

    // Two models and maps; the newest series comes from the second model and the second map, which was made of one quiver.
    void Fill()
    {
        Add("model", "ovl", 0, 10);
        Add("quiver", "ovl", 10, 20, 1);
        Add("series", "ovl", 10, 20, 1);
        Add("model", "ovl", 0, 20);
        Add("quiver", "ovl", 20, 30, 4);
        Add("map", "ovl", 0, 30, 5);
        Add("series", "ovl", 30, 40, 4, 6);
        Add("series", "ovl", 90, 100, 4, 6);
    }

    string Kept() => string.Join(' ', analysis.Products().Select(p => p.Seq));

    [Fact]
    public void What_is_old_goes_and_what_the_rest_was_made_from_stays()
    {
        Fill();
        var found = Collection.Find(20 * Gps.Second, null);
        Assert.Equal([1L, 2, 3, 7], found.Removed.Select(p => p.Seq));
        Assert.Equal("1 2 3 4 5 6 7 8", Kept());
        var removed = Collection.Remove(20 * Gps.Second, null, withStrays: false);
        Assert.Equal(found.Removed.Select(p => p.Seq), removed.Removed.Select(p => p.Seq));
        Assert.Equal(found.Bytes, removed.Bytes);
        Assert.Equal(found.Removed.Sum(p => (long)p.Path.Length), removed.Bytes);
        Assert.Equal("4 5 6 8", Kept());
        Assert.Equal(analysis.Products().Select(p => p.Path).Order(StringComparer.Ordinal), analysis.Files().Keys);
    }

    [Fact]
    public void Age_is_counted_from_the_end_of_the_newest_product()
    {
        Fill();
        Assert.Equal([7L], Collection.Find(60 * Gps.Second, "series").Removed.Select(p => p.Seq).Where(s => s > 3));
        Assert.Equal([3L], Collection.Find(61 * Gps.Second, "series").Removed.Select(p => p.Seq));
        Assert.Empty(Collection.Find(1000 * Gps.Second, null).Removed);
    }

    [Fact]
    public void Only_the_kind_that_is_asked_for_goes()
    {
        Fill();
        Assert.Equal([3L, 7], Collection.Find(0, "series").Removed.Select(p => p.Seq));
        // The first model is the parent of a quiver and of a series that stay.
        Assert.Empty(Collection.Find(0, "model").Removed);
        Assert.Equal([2L], Collection.Find(0, "quiver").Removed.Select(p => p.Seq));
    }

    [Fact]
    public void The_newest_model_and_map_of_every_classifier_stay_however_old()
    {
        Add("model", "ovl", 0, 10);
        Add("model", "ovl", 0, 20);
        Add("map", "ovl", 0, 20);
        Add("model", "linear", 0, 10);
        Add("series", "linear", 1000, 1010);
        Assert.Equal([1L], Collection.Remove(0, null, withStrays: false).Removed.Select(p => p.Seq));
        Assert.Equal("2 3 4 5", Kept());
    }

    [Fact]
    public void A_compacted_file_stays_as_long_as_one_of_its_entries_is_needed()
    {
        Fill();
        Add("quiver", "ovl", 40, 50, 4);
        Add("quiver", "ovl", 50, 60, 4);
        Add("series", "ovl", 200, 210, 4, 6);
        analysis.Store.Compact(Compaction("needed", 2, 5));
        analysis.Store.Compact(Compaction("free", 9, 10));
        Removals.Sweep(analysis.Store, analysis.Paths);
        var removed = Collection.Remove(20 * Gps.Second, null, withStrays: false).Removed;
        Assert.Equal([3L, 7, 8, 10], removed.Select(p => p.Seq));
        Assert.Equal([9, 10], [removed[^1].FirstSeq, removed[^1].Seq]);
        Assert.NotNull(analysis.Store.Product(2));

        Compaction Compaction(string path, long one, long two)
        {
            File.WriteAllText(analysis.Paths.Absolute(path), path);
            return new(
                new("quiver", "ovl", 0, 0, path, new string('b', 64), [1, 4], "quiver"), [new(one, new(0, 1)), new(two, new(1, 1))]);
        }
    }

    [Fact]
    public void The_newest_product_stays_and_so_does_what_it_was_made_from()
    {
        Add("model", "ovl", 0, 10);
        Add("model", "ovl", 0, 20);
        Add("series", "ovl", 20, 30, 1);
        Assert.Empty(Collection.Find(0, null).Removed);
    }

    [Fact]
    public void What_goes_is_exactly_what_nothing_that_stays_comes_from_in_any_ledger()
    {
        for (var trial = 0; trial < 40; trial++)
        {
            var random = new CounterRandom(7, CounterRandom.Hash("ledgers"), trial);
            int Below(int count) => (int)(random.NextDouble() * count);
            using var own = new Analysis();
            var kinds = Enumerable.Range(0, 24).Select(_ => new[] { "model", "quiver", "series" }[Below(3)]).ToArray();
            for (var k = 0; k < kinds.Length; k++)
            {
                var parents = Enumerable.Range(0, Math.Min(k, Below(3))).Select(_ => 1L + Below(k)).Distinct().ToArray();
                Add(own, kinds[k], "ovl", 10 * k, 10 * k + 10, parents);
            }
            foreach (var group in Enumerable.Range(1, kinds.Length - 1).Where(seq => kinds[seq - 1] != "model" && Below(3) > 0)
                         .GroupBy(seq => (kinds[seq - 1], Below(2))).Where(g => g.Count() > 1))
            {
                var entries = group.Select((seq, row) => new CompactedEntry(seq, new(row, 1))).ToArray();
                long[] parents = [.. group.SelectMany(seq => own.Store.Product(seq)!.Parents).Distinct().Order()];
                var path = $"{group.Key.Item1}{group.Key.Item2}";
                File.WriteAllText(own.Paths.Absolute(path), path);
                own.Store.Compact(new(
                    new(kinds[group.First() - 1], "ovl", 0, 0, path, new string('b', 64), parents, kinds[group.First() - 1]), entries));
            }
            var (keep, all) = (Below(260) * Gps.Second, own.Products());
            var fileOf = own.Store.Products(new ProductQuery { SinceSeq = 0 }).ToDictionary(e => e.Seq, e => e.Path);
            var lastModel = all.LastOrDefault(p => p.Kind == "model")?.Seq;
            var stay = all.Where(p => Gps.At(10 * kinds.Length).Nanoseconds - p.EndNs < keep || p.Seq == lastModel || p == all[^1])
                .ToHashSet();
            for (var before = 0; before < stay.Count;)
            {
                before = stay.Count;
                var named = stay.SelectMany(p => p.Parents).Select(n => fileOf[n]).ToHashSet(StringComparer.Ordinal);
                stay.UnionWith(all.Where(p => named.Contains(p.Path)));
            }
            var expected = all.Where(p => !stay.Contains(p)).Select(p => p.Seq);
            Assert.Equal(expected, new ProductCollection(own.Store, own.Paths).Find(keep, null).Removed.Select(p => p.Seq));
        }
    }

    [Fact]
    public void A_file_that_the_ledger_does_not_name_is_told_and_removed_only_when_asked_for()
    {
        Fill();
        var stray = Path.Combine("series", "stray.parquet");
        File.WriteAllText(analysis.Paths.Absolute(stray), "12345");
        Assert.Equal([stray], Collection.Find(1000 * Gps.Second, null).Strays);
        Assert.Equal([stray], Collection.Remove(1000 * Gps.Second, null, withStrays: false).Strays);
        Assert.True(File.Exists(analysis.Paths.Absolute(stray)));
        Assert.Equal(5, Collection.Remove(1000 * Gps.Second, null, withStrays: true).Bytes);
        Assert.False(File.Exists(analysis.Paths.Absolute(stray)));
        Assert.Empty(Collection.Find(0, null).Strays);
    }

    [Fact]
    public void Strays_are_not_removed_while_a_job_runs()
    {
        Fill();
        using var running = new ProductStage(analysis.Paths, "series");
        Assert.Throws<JobInUseException>(() => Collection.Remove(0, null, withStrays: true));
        Assert.Equal("1 2 3 4 5 6 7 8", Kept());
    }

    [Fact]
    public void A_collection_that_died_after_its_commit_is_finished_by_the_next_one()
    {
        Fill();
        analysis.Store.Collect([.. analysis.Products().Where(p => p.Seq is 3 or 7)]);
        Assert.Equal(8, analysis.Files().Count);
        Assert.Empty(Collection.Find(1000 * Gps.Second, null).Strays);
        Collection.Remove(1000 * Gps.Second, null, withStrays: false);
        Assert.Equal(6, analysis.Files().Count);
        Assert.Empty(analysis.Store.Removals());
    }

    [Fact]
    public void An_empty_analysis_has_nothing_to_remove()
    {
        Assert.Equal((0, 0L), (Collection.Remove(0, null, true).Removed.Count, Collection.Find(0, null).Bytes));
    }

    public void Dispose() => analysis.Dispose();
}
