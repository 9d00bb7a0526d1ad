namespace Idq.Tracking.Tests.Experiments;

public sealed class ExperimentTestsOnSqlite() : ExperimentTests(TestEngine.Sqlite);

public sealed class ExperimentTestsOnPostgres() : ExperimentTests(TestEngine.Postgres);

public abstract class ExperimentTests(TestEngine engine) : StoreFixture(engine)
{
    [Fact]
    public void An_experiment_is_made_once_and_found_afterwards()
    {
        var made = Store.GetOrCreateExperiment("o4", "first light", """{"marked":true}""");
        Clock.Advance(NodaTime.Duration.FromHours(1));
        var found = Store.GetOrCreateExperiment("o4", "another comment");

        Assert.Equal(made, found);
        Assert.Equal(("o4", "first light", """{"marked":true}"""), (found.Name, found.Comment, found.Tags));
        Assert.Equal(made, Store.FindExperiment("o4"));
        Assert.Null(Store.FindExperiment("O4"));
        Assert.Equal([made], Store.Experiments());
    }

    [Fact]
    public void Malformed_experiments_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Store.GetOrCreateExperiment(" "));
        Assert.ThrowsAny<ArgumentException>(() => Store.GetOrCreateExperiment("a", tags: "[]"));
        Assert.Empty(Store.Experiments());
    }

    [Fact]
    public void A_link_added_twice_is_one_link()
    {
        long a = Store.GetOrCreateExperiment("a").Id, b = Store.GetOrCreateExperiment("b").Id;
        Store.LinkExperiments(a, "continues", b);
        Store.LinkExperiments(a, "continues", b);
        Store.LinkExperiments(a, "compares", b);
        Store.LinkExperiments(b, "continues", a);

        Assert.Equal([new Link(a, "compares", b), new Link(a, "continues", b), new Link(b, "continues", a)], Store.ExperimentLinks(a));
        Assert.True(Store.UnlinkExperiments(a, "continues", b));
        Assert.False(Store.UnlinkExperiments(a, "continues", b));
        Assert.Equal(2, Store.ExperimentLinks(b).Count);
    }

    [Fact]
    public void A_link_needs_both_of_its_ends()
    {
        var a = Store.GetOrCreateExperiment("a").Id;
        var e = Assert.Throws<TrackerException>(() => Store.LinkExperiments(a, "continues", 99));
        Assert.Equal(TrackerFailure.UnknownReference, e.Failure);
        Assert.Contains("experiment 99", e.Message, StringComparison.Ordinal);
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => Store.LinkExperiments(99, "continues", a)).Failure
        );
        Assert.Empty(Store.ExperimentLinks(a));
    }
}
