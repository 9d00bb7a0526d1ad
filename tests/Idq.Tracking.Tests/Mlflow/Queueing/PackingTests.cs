using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class PackingTests
{
    static readonly Gen<string> Key = Gen.Choose(0, 400).Select(i => $"k{i}");

    // From one character to so many that hundreds of them do not fit into a request.
    static readonly Gen<string> Value = Gen.Frequency(
        (6, Gen.Constant("v")),
        (2, Gen.Choose(1, 6000).Select(n => new string('x', n))),
        (1, Gen.Choose(1, 6000).Select(n => new string('"', n))),
        (1, Gen.Choose(1, 6000).Select(n => new string('ü', n))),
        (1, Gen.Choose(1, 3000).Select(n => string.Concat(Enumerable.Repeat("😀", n)))),
        (1, Gen.Choose(1, 6000).Select(n => new string('\u0001', n))));

    static readonly Gen<MlflowEntry> Entry = from key in Key from value in Value select new MlflowEntry(key, value);

    static readonly Gen<List<MlflowEntry>> Entries =
        from count in Gen.Choose(0, 350)
        from entries in Entry.ListOf(count)
        select entries.ToList();

    static readonly Gen<List<MlflowMetric>> Metrics = Gen.Choose(0, 3500)
        .Select(count =>
            Enumerable
                .Range(0, count)
                .Select(i => new MlflowMetric($"m{i}", i, i, i) { DatasetName = i % 7 == 0 ? new string('d', 500) : null })
                .ToList()
        );

    static readonly Arbitrary<(List<MlflowEntry> Params, List<MlflowEntry> Tags, List<MlflowMetric> Metrics)> Input =
        (from parameters in Entries from tags in Entries from metrics in Metrics select (parameters, tags, metrics)).ToArbitrary();

    [Fact]
    public void Nothing_is_lost_or_reordered_and_no_limit_is_exceeded() => Prop.ForAll(Input, input =>
    {
        var batches = Packing.Batches(input.Params, input.Tags, input.Metrics).ToList();
        Assert.Equal(input.Params, batches.SelectMany(batch => batch.Params));
        Assert.Equal(input.Tags, batches.SelectMany(batch => batch.Tags));
        Assert.Equal(input.Metrics, batches.SelectMany(batch => batch.Metrics));
        Assert.All(batches, batch =>
        {
            Assert.InRange(batch.Count, 1, 1000);
            Assert.InRange(batch.Params.Count, 0, 100);
            Assert.InRange(batch.Tags.Count, 0, 100);
            Assert.Equal(batch.Params.Count, batch.Params.Select(entry => entry.Key).Distinct().Count());
            Assert.InRange(MlflowJson.Object(json => { json.RunId(new string('r', 256)); json.Batch(batch); }).Length, 0, 1_000_000);
        });
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(201, 201, 4001)]
    [InlineData(250, 0, 2300)]
    [InlineData(100, 100, 800)]
    [InlineData(100, 100, 801)]
    [InlineData(0, 0, 1000)]
    [InlineData(99, 301, 7)]
    public void Small_entries_are_packed_as_MLflow_packs_them(int parameters, int tags, int metrics)
    {
        var batches = Packing.Batches(
            Small(parameters),
            Small(tags),
            [.. Enumerable.Range(0, metrics).Select(i => new MlflowMetric($"m{i}", i, 0))]
        );
        var expected = new List<(int, int, int)>();
        while (parameters + tags + metrics > 0)
        {
            var (p, t) = (Math.Min(parameters, 100), Math.Min(tags, 100));
            var m = Math.Min(metrics, 1000 - p - t);
            expected.Add((p, t, m));
            (parameters, tags, metrics) = (parameters - p, tags - t, metrics - m);
        }

        Assert.Equal(expected, batches.Select(batch => (batch.Params.Count, batch.Tags.Count, batch.Metrics.Count)));
    }

    [Fact]
    public void The_tags_of_a_new_run_fit_into_its_creation() => Prop.ForAll(Entries.ToArbitrary(), tags =>
    {
        List<MlflowEntry> many = [.. tags, .. tags, .. tags, .. tags];
        var count = Packing.CreationTags(many);
        Assert.InRange(count, Math.Min(many.Count, 1), 1000);
        Assert.InRange(MlflowJson.Object(json => json.Draft(new MlflowRunDraft("1") { Tags = many[..count] })).Length, 0, 1_000_000);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Theory]
    [InlineData(2500, 10, 3)]
    [InlineData(3, 400_000, 2)]
    [InlineData(3, 2_000_000, 3)]
    [InlineData(0, 0, 0)]
    public void Data_sets_go_by_the_thousand_or_by_their_size(int count, int profile, int requests)
    {
        List<MlflowDatasetInput> inputs =
        [
            .. Enumerable.Range(0, count).Select(i => new MlflowDatasetInput($"{i}", "d", "t", "s") { Profile = new string('x', profile) }),
        ];
        var packed = Packing.Inputs(inputs).ToList();
        Assert.Equal(requests, packed.Count);
        Assert.Equal(inputs, packed.SelectMany(request => request));
    }

    static List<MlflowEntry> Small(int count) => [.. Enumerable.Range(0, count).Select(i => new MlflowEntry($"k{i}", "v"))];

    [Fact]
    public void Cut_texts_have_the_limit_and_begin_as_before()
    {
        var texts = from count in Gen.Choose(0, 60)
                    from characters in Gen.Elements("a", "ü", "界", "😀", "\n", "\uD83D").ListOf(count)
                    select string.Concat(characters);
        Prop.ForAll(texts.ToArbitrary(), Gen.Choose(4, 40).ToArbitrary(), (text, limit) =>
        {
            var warnings = new List<string>();
            var cut = new LengthLimits().Apply("Param key", text, limit, warnings.Add);
            var length = text.EnumerateRunes().Count();
            if (length <= limit)
                return cut == text && warnings.Count == 0;
            var whole = string.Concat(text.EnumerateRunes().Take(limit - 3).Select(rune => rune.ToString()));
            return cut.EnumerateRunes().Count() == limit && cut.EndsWith("...") && Same(cut[..^3], whole) && warnings.Count == 1;
        }).QuickCheckThrowOnFailure();
    }

    // A lone surrogate reads as the replacement character.
    static bool Same(string text, string runes) => text.EnumerateRunes().SequenceEqual(runes.EnumerateRunes());
}
