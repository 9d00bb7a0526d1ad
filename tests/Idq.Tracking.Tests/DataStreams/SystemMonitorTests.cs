namespace Idq.Tracking.Tests;

public sealed class SystemMonitorTests : StreamFixture
{
    [Fact]
    public async Task The_state_of_the_machine_is_streamed()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix, store);
        await using var client = Connect(Unix);
        await using var monitor = SystemMonitor.Start(
            Run,
            Clock,
            new SystemMonitorOptions { Interval = TimeSpan.FromMilliseconds(50), PerCpu = true }
        );
        using var link = client.Link(monitor.Sequence);
        // Something to see.
        using var limit = new CancellationTokenSource(Patience);
        while (!(await AllAsync(store, Run, "sysmon")).Any(row => row.Values["cpu_pct"].AsDouble() > 0))
        {
            for (var i = 0; i < 1_000_000; i++) limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(5, limit.Token);
        }

        var values = (await AllAsync(store, Run, "sysmon"))[^1].Values;
        Assert.Equal(Environment.ProcessorCount > 0, values["cpu_cnt"].AsInt64() > 0);
        Assert.Contains($"cpu{values["cpu_cnt"].AsInt64() - 1}_pct", values.Names);
        Assert.InRange(values["cpu_pct"].AsDouble(), 0, 100);
        Assert.InRange(values["mem_used"].AsInt64(), 1, values["mem_total"].AsInt64());
        Assert.InRange(values["disk_used"].AsInt64(), 1, values["disk_total"].AsInt64());
        Assert.All(
            ["mem_pct", "disk_pct", "disk_read", "disk_written", "net_sent", "net_received"],
            name => Assert.True(values[name].AsDouble() >= 0)
        );
    }

    [Fact]
    public async Task A_closed_client_does_not_end_the_monitor()
    {
        await using var monitor = SystemMonitor.Start(Run, Clock, new SystemMonitorOptions { Interval = TimeSpan.FromMilliseconds(10) });
        var client = Connect(Unix with { CliCloseTimeout = TimeSpan.Zero });
        client.Link(monitor.Sequence);
        await client.DisposeAsync();
        var before = monitor.Sequence.Count;
        await UntilAsync(() => monitor.Sequence.Count > before + 2);
    }
}
