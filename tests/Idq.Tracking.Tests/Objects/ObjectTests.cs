using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Idq.Tracking.Tests.Objects;

public sealed class ObjectTestsOnSqlite() : ObjectTests(TestEngine.Sqlite);

public sealed class ObjectTestsOnPostgres() : ObjectTests(TestEngine.Postgres);

/// <summary>Large objects beside the database, the same on both engines.</summary>
public abstract class ObjectTests(TestEngine engine) : ObjectFixture(engine)
{
    [Fact]
    public void A_content_comes_back_as_it_was_given()
    {
        var run = MadeRun();
        foreach (var length in (int[])[0, 1, 131_072, 1_000_003])
        {
            var content = Bytes(length);
            var stored = Store.PutObject(run, $"of {length}", new MemoryStream(content), "image/png");
            Assert.Equal(
                (length, Convert.ToHexStringLower(SHA256.HashData(content)), "image/png"),
                (stored.Bytes, stored.Sha256, stored.MediaType)
            );
            Assert.Equal(Clock.GetCurrentInstant(), stored.Created);
            Assert.Equal(stored, Store.FindObject(run, stored.Name));
            using var output = new MemoryStream();
            Store.ReadObject(stored, output);
            Assert.Equal(content, output.ToArray());
            Store.SaveObject(stored, InFolder("new/saved"));
            Assert.Equal(content, File.ReadAllBytes(InFolder("new/saved")));
        }
        Assert.Equal(4, Files().Count);
    }

    [Fact]
    public void Names_are_those_of_a_run_or_of_the_experiment_itself()
    {
        var (a, b) = (MadeRun("a"), MadeRun("b"));
        var experiment = ObjectOwner.Experiment(Store.GetOrCreateExperiment("e").Id);
        foreach (var owner in (ObjectOwner[])[b, a, experiment]) Put(owner, "model", owner.ToString());
        Put(a, "A", "first in order");
        Assert.Equal(
            ["model/", "A/a", "model/a", "model/b"],
            Store.ListObjects().Select(o => $"{o.Name}/{(o.RunId is null ? "" : Store.FindRun(o.RunId.Value)!.Name)}")
        );
        Assert.Equal(["A", "model"], Store.ListObjects(a).Select(o => o.Name));
        Assert.Equal([$"{experiment}"], Store.ListObjects(experiment).Select(Text));
        Assert.Equal($"{b}", Text(Store.FindObject(b, "model")!));
        Assert.Null(Store.FindObject(b, "A"));
        Assert.Equal(Store.FindRun(a.RunId!.Value)!.Uid, Store.ListObjects(a)[0].RunUid);
        Assert.All(Store.ListObjects(), o => Assert.Equal("e", o.Experiment));
    }

    [Fact]
    public void Another_content_replaces_the_first_and_its_file()
    {
        var run = MadeRun();
        var first = Put(run, "model", "one");
        Clock.Advance(Duration.FromHours(1));
        Assert.Equal(first, Put(run, "model", "one"));
        var second = Put(run, "model", "two");
        Assert.Equal((first.Id, Clock.GetCurrentInstant()), (second.Id, second.Created));
        Assert.Equal("two", Text(second));
        Assert.Equal([$"{second.ExperimentId}/{second.Sha256}"], Files());
        Assert.Equal(TrackerFailure.Missing, Assert.Throws<TrackerException>(() => Text(first)).Failure);
    }

    [Fact]
    public void One_content_under_several_names_is_one_file_until_the_last_name_goes()
    {
        var (a, b) = (MadeRun("a"), MadeRun("b"));
        Put(a, "x", "same");
        Put(a, "y", "same");
        Put(b, "x", "same");
        Assert.Single(Files());
        Assert.True(Store.DeleteObject(a, "x"));
        Assert.False(Store.DeleteObject(a, "x"));
        Put(a, "y", "other");
        Assert.Equal(2, Files().Count);
        Assert.Equal("same", Text(Store.FindObject(b, "x")!));
        Assert.True(Store.DeleteObject(b, "x"));
        Assert.True(Store.DeleteObject(a, "y"));
        Assert.Empty(Files());
    }

    [Fact]
    public void A_run_goes_with_its_objects()
    {
        var (a, b) = (MadeRun("a"), MadeRun("b"));
        Put(a, "x", "only here");
        Put(a, "y", "shared");
        Put(b, "y", "shared");
        Store.DeleteRun(a.RunId!.Value);
        Assert.Equal("shared", Text(Assert.Single(Store.ListObjects())));
        Assert.Single(Files());
    }

    [Fact]
    public void Garbage_collection_takes_the_objects_of_what_it_takes_and_what_crashes_left_behind()
    {
        var kept = MadeRun("kept");
        Put(kept, "x", "kept");
        var uid = new string('d', 32);
        Store.Import([new ExportedExperiment("gone") { IsDeleted = true }, new ExportedRun(uid, "gone", "r")]);
        Put(ObjectOwner.Run(Store.FindRun(uid)!.Id), "x", "goes with its experiment");
        Put(ObjectOwner.Experiment(Store.FindExperiment("gone")!.Id), "x", "goes too");
        var experiment = Store.ListObjects(kept)[0].ExperimentId;
        string InObjects(string name) => Path.Combine(Store.ObjectsFolder!, $"{experiment}", name);
        File.WriteAllText(InObjects(new string('0', 64)), "its row was never committed");
        string InRoot(string name) => Path.Combine(Store.ObjectsFolder!, name);
        File.WriteAllText(InRoot(".old.part"), "its writer died");
        File.SetLastWriteTimeUtc(InRoot(".old.part"), Clock.GetCurrentInstant().ToDateTimeUtc().AddDays(-2));
        File.WriteAllText(InRoot(".new.part"), "its writer is at work");
        File.SetLastWriteTimeUtc(InRoot(".new.part"), Clock.GetCurrentInstant().ToDateTimeUtc().AddMinutes(-2));
        File.WriteAllText(InObjects("notes.txt"), "somebody's");
        File.WriteAllText(Path.Combine(Store.ObjectsFolder!, "README"), "somebody's");

        var options = new GarbageOptions(Duration.FromDays(1));
        var before = Files();
        var listed = Store.CollectGarbage(options with { IsDryRun = true });
        Assert.Equal(before, Files());
        var gone = Store.CollectGarbage(options);
        Assert.Equal(listed, gone);
        Assert.Equal(4, gone.Count(g => g.Kind == "object"));
        Assert.Equal([Store.ListObjects(kept)[0].Sha256, "notes.txt"], Files().Select(f => f.Split('/')[1]));
        Assert.Equal(
            (false, true, true),
            (File.Exists(InRoot(".old.part")), File.Exists(InRoot(".new.part")), File.Exists(InRoot("README")))
        );
        Assert.Equal("kept", Text(Assert.Single(Store.ListObjects())));
        Assert.Empty(Store.CollectGarbage(options));
    }

    [Fact]
    public void A_content_that_is_damaged_or_lost_is_told_and_never_saved()
    {
        var run = MadeRun();
        var stored = Put(run, "model", "what it was");
        var path = Path.Combine(Store.ObjectsFolder!, $"{stored.ExperimentId}", stored.Sha256);
        foreach (var damage in (string[])["What it was", "what it was and more", "what it wa", ""])
        {
            File.WriteAllText(path, damage);
            Assert.Contains(
                "damaged",
                Assert.Throws<TrackerException>(() => Store.SaveObject(stored, InFolder("saved"))).Message,
                StringComparison.Ordinal
            );
            Assert.False(File.Exists(InFolder("saved")));
        }
        Assert.Equal(stored, Put(run, "model", "what it was"));
        Assert.Equal("what it was", Text(stored));
        File.Delete(path);
        File.CreateSymbolicLink(path, "/etc/hostname");
        Assert.Equal(TrackerFailure.Missing, Assert.Throws<TrackerException>(() => Text(stored)).Failure);
        Assert.DoesNotContain(Directory.GetFiles(Store.ObjectsFolder!), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_never_becomes_a_path()
    {
        var run = MadeRun();
        string[] names = ["../../evil", "/etc/passwd", "a/b/c", "..", ".", "C:\\x", "'; DROP TABLE objects; --", "é ∑ 🛰"];
        foreach (var name in names) Put(run, name, name);
        Assert.All(names, name => Assert.Equal(name, Text(Store.FindObject(run, name)!)));
        Assert.Equal(names.Length, Files().Count);
        Assert.All(Files(), f => Assert.Matches("^[0-9]+/[0-9a-f]{64}$", f));
        foreach (var bad in (string[])["", " ", "a\nb", "a\0b", new string('x', 1001)])
            Assert.ThrowsAny<ArgumentException>(() => Put(run, bad, "x"));
    }

    [Fact]
    public void What_fails_on_the_way_leaves_nothing()
    {
        var run = MadeRun();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            Store.PutObject(run, "x", new MemoryStream(Bytes(10)), cancellationToken: cancelled.Token)
        );
        Assert.Throws<InvalidOperationException>(() => Store.PutObject(run, "x", new Failing()));
        Assert.Equal(TrackerFailure.UnknownReference, Assert.Throws<TrackerException>(() => Put(ObjectOwner.Run(4711), "x", "x")).Failure);
        Assert.Equal(
            TrackerFailure.UnknownReference,
            Assert.Throws<TrackerException>(() => Put(ObjectOwner.Experiment(4711), "x", "x")).Failure
        );
        Assert.Throws<ArgumentException>(() => Put(default, "x", "x"));
        Assert.Empty(Store.ListObjects());
        Assert.DoesNotContain(
            Directory.GetFiles(Store.ObjectsFolder!, "*", SearchOption.AllDirectories),
            f => Path.GetFileName(f) != "store"
        );
    }

    [Fact]
    public void A_folder_of_objects_belongs_to_one_store()
    {
        Put(MadeRun(), "x", "x");
        using var other = TrackerStore.Open(InFolder("other.sqlite"), Clock);
        other.ObjectsFolder = Store.ObjectsFolder;
        var owner = ObjectOwner.Experiment(other.GetOrCreateExperiment("e").Id);
        Assert.Equal(
            TrackerFailure.Conflict,
            Assert.Throws<TrackerException>(() => other.PutObject(owner, "x", new MemoryStream())).Failure
        );
        Assert.Empty(other.CollectGarbage(new GarbageOptions(Duration.Zero)));
        Assert.Single(Files());
    }

    [Fact]
    public async Task Many_who_put_and_delete_one_content_at_once_never_lose_it()
    {
        var runs = Enumerable.Range(0, 4).Select(i => MadeRun($"r{i}")).ToArray();
        await Parallel.ForEachAsync(runs, async (run, cancellationToken) =>
        {
            await Task.Yield();
            for (var i = 0; i < 12; i++)
            {
                var stored = Put(run, "x", "the same everywhere");
                using var output = new MemoryStream();
                Store.ReadObject(stored, output, cancellationToken);
                if (i < 11) Store.DeleteObject(run, "x");
            }
        });
        Assert.Equal(4, Store.ListObjects().Count);
        Assert.All(Store.ListObjects(), o => Assert.Equal("the same everywhere", Text(o)));
        Assert.Single(Files());
    }

    [Fact]
    public void A_process_that_is_killed_while_it_stores_leaves_garbage_at_worst()
    {
        _ = Store.Experiments();
        foreach (var lines in (int[])[1, 4, 10, 17])
        {
            using (var worker = new Worker.WorkerProcess($"put:{Store.ObjectsFolder}", StorePath, 10_000))
            {
                worker.Go();
                for (var i = 0; i < lines; i++) Assert.NotNull(worker.ReadLine());
                worker.Kill();
            }
            // Whatever the store knows is there, whole.
            foreach (var stored in Store.ListObjects()) Store.ReadObject(stored, Stream.Null);
        }
        Clock.Advance(SystemClock.Instance.GetCurrentInstant() - Clock.GetCurrentInstant() + Duration.FromDays(2));
        Store.CollectGarbage(new GarbageOptions(Duration.Zero));
        Assert.Equal(Store.ListObjects().Select(o => $"{o.ExperimentId}/{o.Sha256}").Order(StringComparer.Ordinal), Files());
        Assert.Empty(Directory.GetFiles(Store.ObjectsFolder!, "*.part"));
    }

    [Fact]
    public void Stats_count_objects_and_their_bytes()
    {
        Put(MadeRun("a"), "x", "12345");
        Put(MadeRun("b"), "x", "678");
        var counts = Store.Count().ToDictionary(c => c.What, c => c.Count);
        Assert.Equal((2, 8), (counts["objects"], counts["object bytes"]));
    }

    sealed class Failing : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("the source failed");

        public override int Read(Span<byte> buffer) => throw new InvalidOperationException("the source failed");
    }
}

/// <summary>A store with a folder for objects.</summary>
public abstract class ObjectFixture : StoreFixture
{
    protected ObjectFixture(TestEngine engine)
        : base(engine)
    {
        if (engine == TestEngine.Postgres) Store.ObjectsFolder = InFolder("objects");
    }

    protected ObjectOwner MadeRun(string name = "r") =>
        ObjectOwner.Run(Store.CreateRun(Store.GetOrCreateExperiment("e").Id, new RunDraft(name)).Id);

    protected StoredObject Put(ObjectOwner owner, string name, string content) =>
        Store.PutObject(owner, name, new MemoryStream(Encoding.UTF8.GetBytes(content)));

    protected string Text(StoredObject stored)
    {
        using var output = new MemoryStream();
        Store.ReadObject(stored, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The files of experiments in the folder of objects, as EXPERIMENT/FILE.</summary>
    protected IReadOnlyList<string> Files() =>
        !Directory.Exists(Store.ObjectsFolder)
            ? []
            :
            [
                .. Directory
                    .GetDirectories(Store.ObjectsFolder)
                    .SelectMany(Directory.GetFiles)
                    .Select(f => Path.GetRelativePath(Store.ObjectsFolder, f))
                    .Order(StringComparer.Ordinal),
            ];

    protected static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
