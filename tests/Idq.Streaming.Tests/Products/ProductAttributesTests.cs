using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Products;

public sealed class ProductAttributesTests : IDisposable
{
    const long Most = long.MaxValue / 4;

    readonly Analysis analysis = Analysis.Of("random");
    int number;

    static readonly Gen<int?> Fold = Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 999).Select(f => (int?)f));

    static readonly Gen<long> Count = Gen.Choose(0, 1_000_000).Select(n => n * (Most / 1_000_000));

    static readonly Gen<string> Word = Gen.Elements("", "ab12", "\"quoted\"", "with blank", "ümlaut", "a\\b");

    /// <summary>The ledger's entry of a product with these attributes.</summary>
    Product Registered(string attributes, string kind = "thing")
    {
        var path = $"{++number}.txt";
        analysis.Store.Commit(new StrideCommit
        {
            Products = [new ProductDraft(kind, "random", 0, number, path, new string('0', 64), [], "test") { Attributes = attributes }],
        });
        return analysis.Store.ProductAt(path)!;
    }

    void ComeBack<T>(Gen<T> written) where T : ProductAttributes =>
        written.Check(attributes => Assert.Equal(attributes, ProductAttributes.Of<T>(Registered(attributes.ToJson()))), runs: 30);

    [Fact]
    public void Those_of_a_quiver_come_back() => ComeBack(
        from rows in Gen.Choose(0, int.MaxValue)
        from glitches in Gen.Choose(0, int.MaxValue)
        from livetime in Count
        from clean in Count
        from model in Word
        from fraction in Gen.Elements<double?>(null, 1, 1.0 / 3, 1e-9)
        from fold in Fold
        select new QuiverAttributes(rows, glitches, livetime, clean, model) { Fraction = fraction, Fold = fold });

    [Fact]
    public void Those_of_a_model_come_back() => ComeBack(
        from flavor in Word
        from glitches in Count
        from cleans in Count
        from hash in Word
        from fold in Fold
        select new ModelAttributes(flavor, glitches, cleans, hash) { Fold = fold });

    [Fact]
    public void Those_of_a_map_come_back() => ComeBack(
        from glitches in Count
        from cleans in Count
        from hash in Word
        from seqs in Gen.OneOf(Gen.Constant<(long?, long?)>((null, null)), Count.Two().Select(t => ((long?)t.Item1, (long?)t.Item2)))
        from fold in Fold
        select new MapAttributes(glitches, cleans, hash) { FromSeq = seqs.Item1, ThroughSeq = seqs.Item2, Fold = fold });

    [Fact]
    public void Those_of_a_series_come_back() =>
        ComeBack(from ok in Gen.Choose(0, 1000) from fold in Fold select new SeriesAttributes(ok / 1000.0) { Fold = fold });

    [Fact]
    public void The_keys_are_those_that_readers_of_the_ledger_know()
    {
        static string[] Keys(ProductAttributes attributes) =>
            [.. JsonSerializer.Deserialize<JsonElement>(attributes.ToJson()).EnumerateObject().Select(p => p.Name)
                .Order(StringComparer.Ordinal)];
        Assert.Equal(["clean_livetime", "glitches", "livetime", "model", "rows"], Keys(new QuiverAttributes(1, 1, 1, 1, "m")));
        Assert.Equal(["cleans", "flavor", "fold", "glitches", "hash"], Keys(new ModelAttributes("f", 1, 1, "h") { Fold = 0 }));
        Assert.Equal(
            ["cleans", "from_seq", "glitches", "hash", "through_seq"],
            Keys(new MapAttributes(1, 1, "h") { FromSeq = 1, ThroughSeq = 2 })
        );
        Assert.Equal(["ok"], Keys(new SeriesAttributes(0)));
    }

    [Fact]
    public void What_a_later_program_adds_does_not_disturb() =>
        Assert.Equal(new SeriesAttributes(0.5), ProductAttributes.Of<SeriesAttributes>(Registered("""{"ok": 0.5, "mood": "good"}""")));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"ok": 0.5}""")]
    [InlineData("""{"flavor": "ovl", "glitches": "many", "cleans": 3, "hash": "h"}""")]
    [InlineData("""{"flavor": "ovl", "cleans": 3, "hash": "h"}""")]
    public void Attributes_of_another_kind_are_an_error_that_names_the_product(string attributes)
    {
        var product = Registered(attributes);
        var e = Assert.Throws<DataException>(() => ProductAttributes.Of<ModelAttributes>(product));
        Assert.Contains($"'{product.Path}' (number {product.Seq})", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
        Assert.IsType<JsonException>(e.InnerException);
    }

    [Fact]
    public void No_kind_is_taken_for_another()
    {
        ProductAttributes[] all =
        [
            new QuiverAttributes(3, 1, 8, 7, "m"),
            new ModelAttributes("ovl", 1, 2, "h"),
            new MapAttributes(1, 2, "h"),
            new SeriesAttributes(0.5),
        ];
        foreach (var written in all)
        {
            var product = Registered(written.ToJson());
            var read = new Func<ProductAttributes>[]
            {
                () => ProductAttributes.Of<QuiverAttributes>(product),
                () => ProductAttributes.Of<ModelAttributes>(product),
                () => ProductAttributes.Of<MapAttributes>(product),
                () => ProductAttributes.Of<SeriesAttributes>(product),
            };
            // A map says all that a model says but the flavor: only the other direction can be told.
            var others = all.Zip(read).Where(p => p.First != written && (written, p.First) is not (ModelAttributes, MapAttributes));
            foreach (var (_, of) in others)
                Assert.Throws<DataException>(of);
        }
    }

    public void Dispose() => analysis.Dispose();
}
