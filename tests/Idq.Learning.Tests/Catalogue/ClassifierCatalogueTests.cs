using Idq.Learning.Tests.Tally;

namespace Idq.Learning.Tests.Catalogue;

public sealed class ClassifierCatalogueTests
{
    static readonly ClassifierCatalogue WithTally = ClassifierCatalogue.BuiltIn.With(new TallyFlavor());

    static readonly TallyModel Empty = new(new(Segment.FromSeconds(0, 8), SegmentList.Empty, 0, 0), 0, default, default);

    [Fact]
    public void The_built_in_kinds_are_known_by_their_words()
    {
        Assert.Equal(["OVL", "linear", "random"], ClassifierCatalogue.BuiltIn.Flavors.Select(f => f.Name));
        Assert.Equal(["ovl", "linear", "random"], ClassifierCatalogue.BuiltIn.Flavors.Select(f => f.ModelName));
    }

    [Theory]
    [InlineData("OVL", typeof(OvlFlavor))]
    [InlineData("ovl", typeof(OvlFlavor))]
    [InlineData("Linear", typeof(LinearFlavor))]
    [InlineData("RANDOM", typeof(RandomFlavor))]
    [InlineData("tally", null)]
    [InlineData("", null)]
    public void A_kind_is_found_without_regard_to_case(string name, Type? expected) =>
        Assert.Equal(expected, ClassifierCatalogue.BuiltIn.Find(name)?.GetType());

    [Fact]
    public void One_line_adds_a_kind_and_leaves_the_built_in_catalogue_as_it_was()
    {
        Assert.IsType<TallyFlavor>(WithTally.Find("tally"));
        Assert.Equal(4, WithTally.Flavors.Count);
        Assert.Equal(3, ClassifierCatalogue.BuiltIn.Flavors.Count);
    }

    [Fact]
    public void Two_kinds_of_one_name_are_refused_by_that_name()
    {
        Assert.Contains("'Tally'", Assert.Throws<ArgumentException>(() => WithTally.With(new TallyFlavor())).Message);
        var error = Assert.Throws<ArgumentException>(() => new ClassifierCatalogue([new OvlFlavor(), new OvlFlavor()]));
        Assert.Contains("'OVL'", error.Message);
    }

    [Fact]
    public void A_model_of_a_kind_that_was_added_goes_through_its_file()
    {
        var origin = new ModelOrigin(Segment.FromSeconds(0, 8), SegmentList.Of(Segment.FromSeconds(1, 5)), 7, 9);
        var model = new TallyModel(origin, 0.5, new(9, 7), new(7, 0));
        var bytes = Samples.Bytes(model);
        var read = Assert.IsType<TallyModel>(ModelFile.Read(bytes, WithTally).Model);
        Assert.Equal((model.Hash, model.Above, model.Below), (read.Hash, read.Above, read.Below));
        Assert.IsType<TallyModel>(ModelFile.Read(new MemoryStream(bytes), WithTally).Model);
    }

    [Fact]
    public void A_model_of_an_unknown_kind_is_refused_with_the_kinds_that_are_known()
    {
        var bytes = Samples.Bytes(Empty);
        var error = Assert.Throws<DataException>(() => ModelFile.Read(bytes));
        Assert.Contains("\"tally\" is unknown; known are ovl, linear, random", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_named_where_a_model_from_it_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "m.json");
        File.WriteAllBytes(path, Samples.Bytes(Empty));
        Assert.StartsWith($"'{path}': ", Assert.Throws<DataException>(() => ModelFile.Load(path)).Message, StringComparison.Ordinal);
        Assert.Equal("test", ModelFile.Load(path, WithTally).Nickname);
    }

    [Fact]
    public void An_incremental_kind_adds_new_rows_to_its_last_model()
    {
        byte[] labels = [1, 0, 1, 1, 0, 0, 0, 1];
        double[] values = [1, 1, 3, -1, -2, 5, double.NaN, 2];
        var classifier = new TallyClassifier("t", 0);
        var whole = (TallyModel)classifier.Train(Samples.Of(labels, null, ("x", values)), null, default).Model!;
        var first = classifier.Train(Samples.Of(labels[..3], null, ("x", values[..3])), null, default);
        var second = classifier.Train(Samples.Of(labels[3..], null, ("x", values[3..])), first.Model, default);
        var added = (TallyModel)second.Model!;
        Assert.Equal((false, true), (first.StartedFromPrevious, second.StartedFromPrevious));
        Assert.Equal((whole.Above, whole.Below, whole.Glitches, whole.Cleans), (added.Above, added.Below, added.Glitches, added.Cleans));
        Assert.Equal(0.6, added.Above.Fraction);
    }
}
