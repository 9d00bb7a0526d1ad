using NodaTime;

namespace Idq.Tracking.Tests.Worker;

/// <summary>What a second process does to a store. One line is printed when it is ready and one per step.</summary>
public static class Program
{
    /// <summary>How many messages of the outbox are taken at once.</summary>
    public const int SentAtOnce = 5;

    public static int Main(string[] arguments)
    {
        var path = arguments[1];
        var count = int.Parse(arguments[2]);
        Console.WriteLine("ready");
        Console.ReadLine();
        if (arguments[0].StartsWith("listen-", StringComparison.Ordinal)) return Listen(arguments[0] == "listen-unix", path);
        if (Mlflow.LoggingWork.Run(arguments[0], path, count))
            return 0;
        using var store = TrackerStore.Open(path, new FakeClock(Instant.FromUtc(2026, 1, 2, 3, 4, 5)));
        if (arguments[0].Split(':') is ["import", var file, var objects])
        {
            store.ObjectsFolder = objects;
            store.Import(Told(file));
            return 0;
        }

        if (arguments[0].Split(':') is ["put", var folder])
        {
            store.ObjectsFolder = folder;
            Put(store, count);
            return 0;
        }

        switch (arguments[0])
        {
            case "commit":
                Commit(store, count);
                return 0;
            case "send":
                Send(store, count);
                return 0;
            case "metrics":
                Metrics(store, count);
                return 0;
            default:
                return 2;
        }
    }

    /// <summary>The cursor counts the products, whoever made them; each commit moves it from where it was seen.</summary>
    public static bool CommitNext(TrackerStore store, string job)
    {
        var from = store.Cursor("count");
        var next = from is null ? 1 : long.Parse(from) + 1;
        try
        {
            store.Commit(new StrideCommit
            {
                Products = [new ProductDraft("quiver", "ovl", next, next + 1, $"{next}.parquet", new string('0', 64), [], job)],
                Cursors = [CursorMove.FromTo("count", from, next.ToString())],
                Skips = [new SkipDraft(job, next, next + 1, "test")],
                Messages = [new OutboxMessage("test", $"{next}", "content"u8.ToArray())],
            });
            return true;
        }
        catch (TrackerException e) when (e.Failure == TrackerFailure.CursorMoved)
        {
            return false;
        }
    }

    // A server of data streams without a database: its log is what stays. Ends when it is killed.
    static int Listen(bool isUnix, string path)
    {
        var options = new DataStreamOptions
        {
            Kind = isUnix ? DataStreamKind.Unix : DataStreamKind.Inet,
            SrvAddress = isUnix ? path : "127.0.0.1:0",
            SrvWal = path + ".wal",
        };
        var server = DataStreamServer
            .StartAsync(options, new InMemorySequenceStore(), new FakeClock(Instant.FromUtc(2026, 1, 2, 3, 4, 5)))
            .GetAwaiter()
            .GetResult();
        Console.WriteLine(server.Address);
        Console.ReadLine();
        return 0;
    }

    // Says when another hundred records were taken.
    static IEnumerable<ExchangeRecord> Told(string file)
    {
        using var input = File.OpenRead(file);
        var count = 0;
        foreach (var record in ExchangeReader.Read(input, file))
        {
            yield return record;
            if (++count % 100 == 0)
                Console.WriteLine(count);
        }
    }

    // Two names whose contents are replaced again and again, and deleted now and then.
    static void Put(TrackerStore store, int count)
    {
        var owner = ObjectOwner.Experiment(store.GetOrCreateExperiment("e").Id);
        for (var i = 0; i < count; i++)
        {
            store.PutObject(owner, $"object {i % 2}", new MemoryStream(Enumerable.Repeat((byte)i, 200_000 + i).ToArray()));
            if (i % 5 == 4)
                store.DeleteObject(owner, "object 0");
            Console.WriteLine(i);
        }
    }

    static void Commit(TrackerStore store, int count)
    {
        for (var done = 0; done < count;)
        {
            if (CommitNext(store, $"process {Environment.ProcessId}"))
                Console.WriteLine($"committed {++done}");
        }
    }

    // To deliver is to print; the last character tells that all of the line got out.
    static void Send(TrackerStore store, int count)
    {
        for (var done = 0; done < count;)
        {
            var waiting = store.Outbox(limit: Math.Min(SentAtOnce, count - done));
            foreach (var message in waiting) Console.WriteLine($"sent {message.Key}.");
            done += store.Sent([.. waiting.Select(message => message.Seq)]);
        }
    }

    static void Metrics(TrackerStore store, int count)
    {
        var experiment = store.GetOrCreateExperiment("shared");
        var run = store.CreateRun(experiment.Id, new RunDraft("metrics"));
        for (var i = 0; i < count; i++)
            store.AddMetrics(run.Id, i, 0, null, [new($"metric {i}", i)]);
        Console.WriteLine(run.Id);
    }
}
