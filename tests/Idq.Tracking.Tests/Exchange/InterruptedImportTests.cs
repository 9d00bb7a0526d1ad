using System.Text;
using Idq.Tracking.Tests.Objects;
using Idq.Tracking.Tests.Worker;
using NodaTime;

namespace Idq.Tracking.Tests.Exchange;

public sealed class InterruptedImportTestsOnSqlite() : InterruptedImportTests(TestEngine.Sqlite);

public sealed class InterruptedImportTestsOnPostgres() : InterruptedImportTests(TestEngine.Postgres);

/// <summary>kill -9 in the middle of an import.</summary>
public abstract class InterruptedImportTests(TestEngine engine) : ObjectFixture(engine)
{
    const int Runs = 60;

    [Fact]
    public void A_killed_import_shows_whole_runs_only_and_importing_again_completes_it()
    {
        var records = Records();
        using var reference = TrackerStore.Open(InFolder("reference.sqlite"), Clock);
        reference.Import(records);
        File.WriteAllBytes(InFolder("export.jsonl"), Exported(reference, new ExportQuery { WithObjects = true }));
        // The killed process finds the same folder of objects.
        _ = Store;
        var seen = new List<int>();
        foreach (var line in (int[])[2, 9, 17, 26])
        {
            using (var worker = new WorkerProcess($"import:{InFolder("export.jsonl")}:{Store.ObjectsFolder}", StorePath, 0))
            {
                worker.Go();
                for (var i = 0; i < line; i++) Assert.NotNull(worker.ReadLine());
                worker.Kill();
            }
            var visible = Store.ListRuns(new RunListingQuery { Limit = Runs + 1 });
            seen.Add(visible.Count);
            foreach (var run in visible)
            {
                var query = new ExportQuery { Runs = [run.Run.Uid], WithObjects = true };
                Assert.Equal(Text(Exported(reference, query)), Text(Exported(Store, query)));
            }
        }
        Assert.Contains(seen, count => count is > 0 and < Runs);

        using (var source = File.OpenRead(InFolder("export.jsonl")))
            Store.Import(source, "export");
        Assert.Equal(
            Text(Exported(reference, new ExportQuery { WithObjects = true })),
            Text(Exported(Store, new ExportQuery { WithObjects = true }))
        );
        using (var source = File.OpenRead(InFolder("export.jsonl")))
            Assert.True(Store.Import(source, "export").ChangedNothing);
        // What the killed ones left behind is garbage that can be told from work under way by its age.
        Clock.Advance(SystemClock.Instance.GetCurrentInstant() - Clock.GetCurrentInstant() + Duration.FromDays(2));
        Store.CollectGarbage(new GarbageOptions(Duration.Zero));
        Assert.Empty(Directory.GetFiles(Store.ObjectsFolder!, "*.part"));
        Assert.Equal(Runs, Files().Count);
        Assert.Equal(
            Text(Exported(reference, new ExportQuery { WithObjects = true })),
            Text(Exported(Store, new ExportQuery { WithObjects = true }))
        );
    }

    static List<ExchangeRecord> Records()
    {
        var records = new List<ExchangeRecord> { new ExportedExperiment("e") };
        for (var i = 0; i < Runs; i++)
        {
            var uid = new Guid(Bytes(i, 16)).ToString("N");
            records.Add(new ExportedRun(uid, "e", $"run {i}") { Status = RunStatus.Completed });
            for (var step = 0; step < 50; step++)
                records.Add(new ExportedMetrics(uid, step, 0, step, [new("loss", 1.0 / (step + 1)), new("note", $"{i}")]));
            records.Add(
                new ExportedHistory(uid, "acc", [.. Enumerable.Range(0, 1000).Select(p => new HistoryPoint(p, p, i + (p / 1000.0)))])
            );
            records.Add(new ExportedSequence(uid, "s", [.. Enumerable.Range(0, 200).Select(p => new ExportedRow(p, p, p, "{}"))]));
            var content = Bytes(i, 50_000);
            records.Add(
                new ExportedObject(
                    "e",
                    uid,
                    "model",
                    "application/x-model",
                    content.Length,
                    Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
                    NodaConstants.UnixEpoch
                )
            );
            records.AddRange(ExportedContent.Pieces(new MemoryStream(content)));
        }
        return records;
    }

    static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static byte[] Exported(TrackerStore store, ExportQuery query)
    {
        using var output = new MemoryStream();
        store.Export(query, output);
        return output.ToArray();
    }

    static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
