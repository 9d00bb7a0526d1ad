using System.Text;
using Idq.Tracking.Mlflow;
using Idq.Tracking.Tests.Objects;
using NodaTime;

namespace Idq.Tracking.Tests.Exchange;

public sealed class ContentTestsOnSqlite() : ContentTests(TestEngine.Sqlite);

public sealed class ContentTestsOnPostgres() : ContentTests(TestEngine.Postgres);

/// <summary>Exports that carry objects and artifacts, and imports that restore them.</summary>
public abstract class ContentTests(TestEngine engine) : ObjectFixture(engine)
{
    const string Uid = "0123456789abcdef0123456789abcdef";

    string Artifacts => InFolder("artifacts");

    [Fact]
    public void Objects_of_runs_and_experiments_arrive_in_another_store()
    {
        Fill();
        using var other = Other();
        var report = other.Import(new MemoryStream(Exported(With)), "export");
        Assert.Equal((4, 0, 0), (report.Objects, report.Artifacts, report.FilesLeftOut));
        Assert.Equal(Described(Store), Described(other));
        Assert.Equal(Text(Exported(With)), Text(Exported(With, other)));
        Assert.True(other.Import(new MemoryStream(Exported(With)), "export").ChangedNothing);
        Assert.DoesNotContain(Directory.GetFiles(other.ObjectsFolder!), f => f.EndsWith(".part", StringComparison.Ordinal));
        // Without being asked for, they are no part of an export.
        Assert.DoesNotContain("\"object\"", Text(Exported(new ExportQuery())), StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_move_from_store_to_store_without_a_file_between_them()
    {
        Fill();
        using var other = Other();
        using var source = ExchangeSource.Open(StorePath);
        Assert.Equal(4, other.Import(source.Records(With, Store.ObjectsFolder)).Objects);
        Assert.Equal(Described(Store), Described(other));
    }

    [Fact]
    public void What_the_store_has_under_a_name_stays_unless_its_run_is_replaced()
    {
        Fill();
        using var other = Other();
        other.Import(new MemoryStream(Exported(new ExportQuery())), "export");
        var run = ObjectOwner.Run(other.FindRun(Uid)!.Id);
        other.PutObject(run, "model", new MemoryStream("mine"u8.ToArray()));
        Assert.Equal(3, other.Import(new MemoryStream(Exported(With)), "export").Objects);
        Assert.Equal("mine", Content(other, other.FindObject(run, "model")!));
        Assert.Equal(1, other.Import(new MemoryStream(Exported(With)), "export", new ImportOptions { Mode = ImportMode.Skip }).RunsSkipped);
        Assert.Equal("mine", Content(other, other.FindObject(run, "model")!));

        Assert.Equal(3, other.Import(new MemoryStream(Exported(With)), "export", new ImportOptions { Mode = ImportMode.Replace }).Objects);
        Assert.Equal(Described(Store), Described(other));
        Assert.Empty(other.CollectGarbage(new GarbageOptions(Duration.Zero)));
    }

    [Fact]
    public void Artifacts_are_carried_and_get_a_place_of_their_own()
    {
        Fill();
        Artifact($"artifacts/7/{Uid}/artifacts/plots/a.png", "a picture");
        Artifact($"artifacts/7/{Uid}/artifacts/model.bin", new string('m', 500_000));
        Artifact("elsewhere/secret", "not ours to give");
        Directory.CreateSymbolicLink(Path.Combine(Artifacts, $"7/{Uid}/artifacts/out"), InFolder("elsewhere"));
        var query = new ExportQuery { WithArtifacts = true, ArtifactsFolder = Artifacts };
        var export = Exported(query);
        Assert.Equal(
            ["model.bin", "plots/a.png"],
            ExchangeReader.Read(new MemoryStream(export), "export").OfType<ExportedArtifact>().Select(a => a.Path)
        );
        Assert.DoesNotContain(Convert.ToBase64String("not ours to give"u8), Text(export), StringComparison.Ordinal);

        using var other = Other();
        other.GetOrCreateExperiment("takes the first number");
        Assert.Equal(
            (0, 2),
            (other.Import(new MemoryStream(export), "export") is var without ? without.Artifacts : 0, without.FilesLeftOut)
        );
        var options = new ImportOptions { ArtifactsFolder = InFolder("other artifacts") };
        Assert.Equal(
            (2, 0),
            (other.Import(new MemoryStream(export), "export", options) is var report ? report.Artifacts : 0, report.FilesLeftOut)
        );
        Assert.True(other.Import(new MemoryStream(export), "export", options).ChangedNothing);
        var places = Directory.GetFiles(options.ArtifactsFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.EndsWith($"/{Uid}/artifacts/model.bin", places[0], StringComparison.Ordinal);
        Assert.EndsWith($"/{Uid}/artifacts/plots/a.png", places[1], StringComparison.Ordinal);
        Assert.Equal((2, "a picture"), (places.Length, File.ReadAllText(places[1])));

        using var third = TrackerStore.Open(InFolder("third.sqlite"), Clock);
        third.GetOrCreateExperiment("takes the first number");
        Assert.Equal(
            2,
            third.Import(new MemoryStream(export), "export", new ImportOptions { ArtifactsFolder = InFolder("third artifacts") }).Artifacts
        );
        var uri = third.Query("SELECT artifact_uri FROM runs", 1, TimeSpan.FromMinutes(1)).Rows[0][0];
        Assert.Equal($"mlflow-artifacts:/{third.FindExperiment("e")!.Id}/{Uid}/artifacts", uri);
        Assert.True(File.Exists(InFolder($"third artifacts/{third.FindExperiment("e")!.Id}/{Uid}/artifacts/plots/a.png")));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/evil")]
    [InlineData("a/../../evil")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("link/evil")]
    public void An_artifact_never_leaves_its_folder(string path)
    {
        using var other = Other();
        var folder = InFolder("in/artifacts");
        other.Import([new ExportedExperiment("e"), new ExportedRun(Uid, "e", "r")]);
        var home = Path.Combine(folder, $"{other.FindExperiment("e")!.Id}/{Uid}/artifacts");
        Directory.CreateDirectory(home);
        Directory.CreateSymbolicLink(Path.Combine(home, "link"), Directory.CreateDirectory(InFolder("in/target")).FullName);
        var report = other.Import(
            [.. Run(), .. File_(new ExportedArtifact(Uid, path, 4, Digest("evil")), "evil")],
            new ImportOptions { ArtifactsFolder = folder }
        );
        Assert.Equal((0, 1), (report.Artifacts, report.FilesLeftOut));
        Assert.Empty(Directory.GetFiles(InFolder("in"), "evil", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Contents_that_do_not_come_whole_are_refused_and_leave_nothing()
    {
        using var other = Other();
        var head = new ExportedObject("e", Uid, "x", "text/plain", 4, Digest("good"), Clock.GetCurrentInstant());
        foreach (var records in (ExchangeRecord[][])[
            [.. Run(), head],
            [.. Run(), .. File_(head, "goo")],
            [.. Run(), .. File_(head, "goods")],
            [.. Run(), .. File_(head, "evil")],
            [.. Run(), .. File_(head with { Sha256 = "../../evil" }, "good")],
            [.. Run(), new ExportedContent("good"u8.ToArray())],
            [.. Run(), head, new ExportedMetrics(Uid, 0, 0, null, []), new ExportedContent("good"u8.ToArray())]])
        {
            Assert.Equal(TrackerFailure.BadExchange, Assert.Throws<TrackerException>(() => other.Import(records)).Failure);
            Assert.Empty(other.Experiments());
            Assert.DoesNotContain(
                Directory.GetFiles(other.ObjectsFolder!, "*", SearchOption.AllDirectories),
                f => Path.GetFileName(f) != "store"
            );
        }
        Assert.Equal(1, other.Import([.. Run(), .. File_(head, "good")]).Objects);
    }

    [Fact]
    public void A_store_without_a_folder_for_objects_takes_everything_else()
    {
        Fill();
        using var other = TrackerStore.Open(StorePath, Clock);
        if (other.ObjectsFolder is not null) return;
        var export = Exported(With);
        Store.DeleteRun(Store.FindRun(Uid)!.Id);
        var report = other.Import(new MemoryStream(export), "export");
        Assert.Equal((0, 4, 1), (report.Objects, report.FilesLeftOut, report.RunsAdded));
    }

    [Fact]
    public void An_export_tells_a_damaged_object_instead_of_carrying_it()
    {
        Fill();
        var model = Store.FindObject(ObjectOwner.Run(Store.FindRun(Uid)!.Id), "model")!;
        File.WriteAllText(Path.Combine(Store.ObjectsFolder!, $"{model.ExperimentId}/{model.Sha256}"), "rotten");
        Assert.Contains("damaged", Assert.Throws<TrackerException>(() => Exported(With)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Artifacts_of_a_server_are_carried_over_its_REST_interface()
    {
        await using var server = await MlflowServer.StartAsync(
            Store,
            new MlflowServerOptions { Listen = "127.0.0.1:0", ArtifactsFolder = Artifacts }
        );
        using var client = new MlflowClient(new MlflowSettings { TrackingUri = server.Address }, Clock);
        var experiment = Store.GetOrCreateExperiment("served").Id;
        var run = Store.CreateRun(experiment, new RunDraft("r") { Uid = Uid });
        Artifact($"artifacts/{experiment}/{Uid}/artifacts/deep/er/é #%.txt", "text");
        Artifact($"artifacts/{experiment}/{Uid}/artifacts/empty", "");
        Artifact($"artifacts/{experiment}/{Uid}/artifacts/large", new string('l', 700_000));

        using var other = Other();
        var query = new ExportQuery { Experiments = ["served"], WithArtifacts = true };
        var options = new ImportOptions { ArtifactsFolder = InFolder("other artifacts") };
        var report = other.Import(MlflowServerRecords.ReadAsync(client, query).ToBlockingEnumerable(), options);
        Assert.Equal((1, 3), (report.RunsAdded, report.Artifacts));
        var home = Path.Combine(options.ArtifactsFolder, $"{other.FindExperiment("served")!.Id}/{Uid}/artifacts");
        Assert.Equal(["deep/er/é #%.txt", "empty", "large"], ArtifactFiles.FilesOf(home).Select(f => f.Path));
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(home, "deep/er/é #%.txt")));
        Assert.Equal(700_000, new FileInfo(Path.Combine(home, "large")).Length);
        Assert.Equal(
            0,
            (await Assert.ThrowsAsync<MlflowException>(() => client.DownloadArtifactAsync(run.Uid, "nothing", new MemoryStream()))).Attempts
                - 1
        );
    }

    static ExportQuery With => new() { WithObjects = true };

    static ExchangeRecord[] Run() => [new ExportedExperiment("e"), new ExportedRun(Uid, "e", "r")];

    static ExchangeRecord[] File_(ExportedFile head, string content) =>
        [head, .. ExportedContent.Pieces(new MemoryStream(Encoding.UTF8.GetBytes(content)))];

    static string Digest(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Objects of an experiment and of a run, one of them of several pieces, one empty.
    void Fill()
    {
        Store.Import([
            new ExportedExperiment("e"),
            new ExportedRun(Uid, "e", "r") { ArtifactUri = $"mlflow-artifacts:/7/{Uid}/artifacts" },
        ]);
        var run = ObjectOwner.Run(Store.FindRun(Uid)!.Id);
        Put(ObjectOwner.Experiment(Store.FindExperiment("e")!.Id), "notes", "of the experiment");
        Store.PutObject(run, "model", new MemoryStream(Bytes(700_001)), "application/x-model");
        Clock.Advance(Duration.FromHours(1));
        Put(run, "empty", "");
        Put(run, "é ∑ / ..", "odd name");
    }

    TrackerStore Other()
    {
        var other = TrackerStore.Open(InFolder("other.sqlite"), Clock);
        Directory.CreateDirectory(other.ObjectsFolder!);
        return other;
    }

    void Artifact(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InFolder(path))!);
        File.WriteAllText(InFolder(path), content);
    }

    byte[] Exported(ExportQuery query, TrackerStore? of = null)
    {
        using var output = new MemoryStream();
        (of ?? Store).Export(query, output);
        return output.ToArray();
    }

    static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    static string Content(TrackerStore store, StoredObject stored)
    {
        using var output = new MemoryStream();
        store.ReadObject(stored, output);
        return Encoding.Latin1.GetString(output.ToArray());
    }

    static IEnumerable<string> Described(TrackerStore store) =>
        store
            .ListObjects()
            .Select(o => $"{o.Experiment} {o.RunUid} {o.Name} {o.MediaType} {o.Bytes} {o.Sha256} {o.Created} {Content(store, o).Length}")
            .Order(StringComparer.Ordinal);
}
