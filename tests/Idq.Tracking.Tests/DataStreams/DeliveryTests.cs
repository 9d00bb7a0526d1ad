using System.Diagnostics;
using Xunit.Abstractions;

namespace Idq.Tracking.Tests;

public sealed class DeliveryTests(ITestOutputHelper output) : StreamFixture
{
    [Fact]
    public async Task One_record_arrives()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        Assert.True(client.Append(Run, "loss", 0, 17, RecordValues.Of(("value", 0.5), ("note", "a"))));
        Assert.True((await client.FlushAsync(Patience)).IsComplete);
        await server.Ready.WaitAsync(Patience);
        await server.Received.WaitAsync(Patience);
        await server.Persisted.WaitAsync(Patience);
        var row = Assert.Single(await AllAsync(store, Run, "loss"));
        Assert.Equal((0, 17), (row.Idx, row.TimestampUs));
        Assert.Equal(Clock.GetCurrentInstant().ToUnixTimeTicks() / 10, row.ReceivedUs);
        Assert.Equal(RecordValues.Of(("value", 0.5), ("note", "a")), row.Values);
    }

    [Theory]
    [InlineData(DataStreamKind.Unix)]
    [InlineData(DataStreamKind.Inet)]
    public async Task A_hundred_thousand_records_all_arrive(DataStreamKind kind)
    {
        const int count = 100_000;
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(kind == DataStreamKind.Unix ? Unix : Inet, store);
        await using var client = Connect((kind == DataStreamKind.Unix ? Unix : Inet) with { CliAddress = server.Address });
        var values = Enumerable.Range(0, count).Select(i => Row(i)).ToArray();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) client.Append(Run, "loss", i, 1_700_000_000_000_000 + (10 * i), values[i]);
        var appended = Stopwatch.GetElapsedTime(start);
        var outcome = await client.FlushAsync(Patience);
        var acknowledged = Stopwatch.GetElapsedTime(start);
        await server.PersistedAsync(count).WaitAsync(Patience);
        output.WriteLine($"{kind}: appended in {appended}, acknowledged in {acknowledged}: {count / acknowledged.TotalSeconds:F0} records/s; {client.Statistics}");
        output.WriteLine(server.Statistics.ToString());
        Assert.True(outcome.IsComplete);
        var rows = await AllAsync(store, Run, "loss");
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), rows.Select(row => row.Idx));
        Assert.All(rows, row => Assert.Equal((double)row.Idx, row.Values["value"].AsDouble()));
        Assert.Equal(0, client.Statistics.DroppedRecords);
    }
}
