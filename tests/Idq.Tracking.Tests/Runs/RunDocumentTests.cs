namespace Idq.Tracking.Tests.Runs;

public sealed class RunDocumentTestsOnSqlite() : RunDocumentTests(TestEngine.Sqlite);

public sealed class RunDocumentTestsOnPostgres() : RunDocumentTests(TestEngine.Postgres);

/// <summary>Tags, arguments, environment and extras of runs, and tags of experiments.</summary>
public abstract class RunDocumentTests(TestEngine engine) : StoreFixture(engine)
{
    long NewRun() =>
        Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new RunDraft("train") { Tags = """{"b":1,"a":{"y":1,"x":[1,2]}}""" }).Id;

    [Theory]
    [InlineData(RunDocument.Tags)]
    [InlineData(RunDocument.Args)]
    [InlineData(RunDocument.Env)]
    [InlineData(RunDocument.Extras)]
    public void Members_are_set_added_and_removed(RunDocument document)
    {
        var run = NewRun();
        Store.SetDocument(run, document, """{"z":1,"a":"old"}""");
        Store.AddToDocument(run, document, """{"a":"new","m":{"deep":[true,null]}}""");
        Assert.Equal("""{"a":"new","m":{"deep":[true,null]},"z":1}""", Store.Document(run, document));
        Store.RemoveFromDocument(run, document, "z", "never there");
        Assert.Equal("""{"a":"new","m":{"deep":[true,null]}}""", Store.Document(run, document));
        Store.SetDocument(run, document, "{}");
        Assert.Equal("{}", Store.Document(run, document));
    }

    [Fact]
    public void A_document_comes_back_in_one_form_whatever_the_engine()
    {
        var run = NewRun();
        Assert.Equal("""{"a":{"x":[1,2],"y":1},"b":1}""", Store.FindRun(run)!.Tags);
        Store.SetDocument(run, RunDocument.Args, """{ "ü \" \\ \n": "Ω <&>", "big": 12345678901234567890, "small": 1.50, "" : "" }""");
        Assert.Equal(
            "{\"\":\"\",\"big\":12345678901234567890,\"small\":1.50,\"ü \\\" \\\\ \\n\":\"Ω <&>\"}",
            Store.Document(run, RunDocument.Args)
        );
    }

    [Fact]
    public async Task Members_that_many_add_at_once_are_all_there()
    {
        var run = NewRun();
        using var other = OpenAgain();
        await Parallel.ForAsync(
            0,
            60,
            (i, _) =>
            {
                (i % 2 == 0 ? Store : other).AddToDocument(run, RunDocument.Extras, $$"""{"k{{i:D2}}":{{i}}}""");
                return ValueTask.CompletedTask;
            }
        );
        Assert.Equal(
            "{" + string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"k{i:D2}\":{i}")) + "}",
            Store.Document(run, RunDocument.Extras)
        );
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_no_object_is_refused(string json)
    {
        var run = NewRun();
        Assert.Throws<ArgumentException>(() => Store.SetDocument(run, RunDocument.Tags, json));
        Assert.Throws<ArgumentException>(() => Store.AddToDocument(run, RunDocument.Tags, json));
        Assert.Throws<ArgumentException>(() => Store.AddExperimentTags(1, json));
    }

    [Fact]
    public void A_run_or_an_experiment_that_is_not_there_is_told_by_its_number()
    {
        foreach (
            var edit in (Action[])
                [
                    () => Store.AddToDocument(77, RunDocument.Tags, "{}"),
                    () => Store.RemoveFromDocument(77, RunDocument.Tags, "a"),
                    () => Store.AddExperimentTags(77, "{}"),
                ]
        )
            Assert.Contains("77", Assert.Throws<TrackerException>(edit).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_of_an_experiment_are_added_and_removed()
    {
        var experiment = Store.GetOrCreateExperiment("o4", tags: """{"night":true}""").Id;
        Store.AddExperimentTags(experiment, """{"marked":true}""");
        Store.RemoveExperimentTags(experiment, "night");
        Assert.Equal("""{"marked":true}""", Store.FindExperiment(experiment)!.Tags);
    }
}
