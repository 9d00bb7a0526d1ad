using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Sources;

public sealed class SourceCatalogueTests
{
    [Theory]
    [InlineData("MockClassifierData", "MockClassifierData")]
    [InlineData("mock", "MockClassifierData")]
    [InlineData("kwmclassifierdata", "KWClassifierData")]
    [InlineData("KWSClassifierData", "KWClassifierData")]
    [InlineData("KW", "KWClassifierData")]
    [InlineData("LigoLwClassifierData", "LigoLwClassifierData")]
    [InlineData("ligolw", "LigoLwClassifierData")]
    [InlineData("TableClassifierData", "TableClassifierData")]
    [InlineData("table", "TableClassifierData")]
    public void The_names_of_the_field_are_understood(string name, string canonical) =>
        Assert.Equal(canonical, SourceCatalogue.BuiltIn.Find(name)!.Names[0]);

    [Fact]
    public void Every_flavor_says_what_it_is() =>
        Assert.All(SourceCatalogue.BuiltIn.Flavors, f => Assert.True(f.Names.Count > 0 && f.Meaning.Length > 10));

    [Fact]
    public void A_name_that_nobody_has_finds_nothing() => Assert.Null(SourceCatalogue.BuiltIn.Find("sqlite"));

    [Fact]
    public void Two_flavors_cannot_share_a_name()
    {
        var e = Assert.Throws<ArgumentException>(() => SourceCatalogue.BuiltIn.With(new ToyFlavor("toy", "LIGOLW")));
        Assert.Contains("'LIGOLW'", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SourceCatalogue([new ToyFlavor("a", "A")]));
    }

    [Fact]
    public void A_new_source_is_one_flavor_more_and_the_old_catalogue_stays_as_it_is()
    {
        var catalogue = SourceCatalogue.BuiltIn.With(new ToyFlavor());
        Assert.Null(SourceCatalogue.BuiltIn.Find("toy"));
        Assert.Equal([.. SourceCatalogue.BuiltIn.Flavors.Select(f => f.Names[0]), "ToyClassifierData"],
            catalogue.Flavors.Select(f => f.Names[0]));
        Assert.All(SourceCatalogue.BuiltIn.Flavors, f => Assert.Same(f, catalogue.Find(f.Names[^1])));

        var definition = catalogue.Find("Toy")!.Read(new OptionTexts("/", ("period", "2.5"), ("channel", "X1:TICK")));
        Assert.Empty(definition.Check());
        using var source = definition.Open(new(3, () => GpsTime.FromSeconds(9L)));
        var table = Events.Read(source, Segment.FromSeconds(0, 20));
        Assert.Equal(SegmentList.Of(Segment.FromSeconds(0, 9)), table.Delivered);
        Assert.Equal(["X1:TICK 0 3", "X1:TICK 2500000000 3", "X1:TICK 5000000000 3", "X1:TICK 7500000000 3"], Events.Of(table));
    }

    [Fact]
    public async Task A_source_that_gives_any_span_at_any_time_has_no_position()
    {
        using var source = new ToyFlavor().Read(new OptionTexts("/")).Open(new(1, null));
        Assert.Null(source.Position(GpsTime.FromSeconds(5L)));
        await source.ResumeAsync([], CancellationToken.None);
    }

    [Fact]
    public void A_catalogue_finds_exactly_the_names_of_its_flavors()
    {
        var word = Gen.Elements("a", "B", "c1", "kw", "Mock", "x y", "LigoLw").Select(w => w);
        Prop.ForAll(word.NonEmptyListOf().ListOf().ToArbitrary(), word.ToArbitrary(), (names, wanted) =>
        {
            var flavors = names.Select(n => new ToyFlavor([.. n])).ToArray();
            var all = flavors.SelectMany(f => f.Names).ToArray();
            if (all.Distinct(StringComparer.OrdinalIgnoreCase).Count() < all.Length)
            {
                Assert.Throws<ArgumentException>(() => new SourceCatalogue(flavors));
                return true;
            }
            var grown = flavors.Aggregate(new SourceCatalogue([]), (catalogue, f) => catalogue.With(f));
            return grown.Flavors.SequenceEqual(flavors)
                && grown.Find(wanted.ToUpperInvariant()) == flavors.FirstOrDefault(f => f.Names.Contains(wanted));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Definitions_with_equal_options_share_a_key_and_others_do_not() =>
        Prop.ForAll(
                (from period in Gen.Choose(1, 3) from channel in Gen.Elements("A", "B", "A|B") select (period, channel))
                    .Two()
                    .ToArbitrary(),
                pair =>
                {
                    string Key((int Period, string Channel) options) =>
                        new ToyFlavor().Read(new OptionTexts("/", ("period", $"{options.Period}"), ("channel", options.Channel))).Key;
                    return (Key(pair.Item1) == Key(pair.Item2)) == (pair.Item1 == pair.Item2);
                }
            )
            .QuickCheckThrowOnFailure();
}
