using System.Globalization;
using NodaTime;

namespace Idq.Tracking;

/// <summary>What a <see cref="SystemMonitor"/> samples.</summary>
public sealed record SystemMonitorOptions
{
    /// <summary>The time between two rows.</summary>
    /// <value>The default value is 1 s; at least 10 ms.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is a column for every processor.</summary>
    /// <value>The default value is false.</value>
    public bool PerCpu { get; init; }

    /// <summary>The file system whose use is sampled: any path on it.</summary>
    /// <value>The default value is <c>/</c>.</value>
    public string Path { get; init; } = "/";

    /// <summary>The name of the sequence.</summary>
    /// <value>The default value is <c>sysmon</c>.</value>
    public string FieldName { get; init; } = "sysmon";
}

/// <summary>
/// A sequence of the machine's state: <c>cpu_cnt</c>, <c>cpu_pct</c> (busy, 0 to 100 of all processors; with
/// <see cref="SystemMonitorOptions.PerCpu"/> <c>cpu0_pct</c>…), <c>mem_total</c>, <c>mem_used</c> (bytes; used = total − available),
/// <c>mem_pct</c>, <c>disk_total</c>, <c>disk_used</c> (bytes of the file system), <c>disk_pct</c>, <c>disk_read</c>, <c>disk_written</c>,
/// <c>net_sent</c>, <c>net_received</c> (bytes per second of all disks and of all interfaces but the loopback, since the row before).
/// </summary>
/// <remarks>Linux only: what /proc does not tell has no column. The first row comes one interval after the start.</remarks>
public sealed class SystemMonitor : IAsyncDisposable
{
    readonly SystemMonitorOptions options;
    readonly CancellationTokenSource ending = new();
    readonly Task sampling;

    SystemMonitor(Guid run, IClock clock, SystemMonitorOptions options)
    {
        this.options = options;
        Sequence = new Sequence(run, options.FieldName, clock);
        sampling = Task.Run(SampleAllAsync);
    }

    /// <summary>The rows; link it to a client to stream them.</summary>
    public Sequence Sequence { get; }

    /// <summary>Starts to sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is shorter than 10 ms.</exception>
    public static SystemMonitor Start(Guid run, IClock clock, SystemMonitorOptions? options = null)
    {
        options ??= new SystemMonitorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Interval, TimeSpan.FromMilliseconds(10));
        return new SystemMonitor(run, clock, options);
    }

    /// <summary>Ends. The rows stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await sampling;
        ending.Dispose();
    }

    async Task SampleAllAsync()
    {
        using var timer = new PeriodicTimer(options.Interval);
        var before = SystemSample.Take();
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                var now = SystemSample.Take();
                try
                {
                    Sequence.Append(RecordValues.Of(now.Since(before, options).ToArray()));
                }
                catch (ObjectDisposedException)
                {
                    // The client it was linked to is closed: the next rows are kept here only.
                    Sequence.LinkTo(null);
                }

                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}

/// <summary>The counters of the kernel at one moment.</summary>
sealed record SystemSample(
    long Ticks,
    IReadOnlyList<(long Busy, long Total)> Cpus,
    long MemoryTotal,
    long MemoryAvailable,
    long Read,
    long Written,
    long Sent,
    long Received
)
{
    const int Sector = 512;

    public static SystemSample Take()
    {
        var memory = Lines("/proc/meminfo")
            .Select(Words)
            .Where(words => words.Length >= 2)
            .ToDictionary(words => words[0], words => 1024 * Number(words[1]), StringComparer.Ordinal);
        // Of whole disks: partitions would be counted twice.
        var disks = Lines("/proc/diskstats")
            .Select(Words)
            .Where(words =>
                words.Length > 9 && Directory.Exists("/sys/block/" + words[2]) && !words[2].StartsWith("loop", StringComparison.Ordinal)
            )
            .ToArray();
        var interfaces = Lines("/proc/net/dev")
            .Select(line => line.Split(':'))
            .Where(parts => parts.Length == 2 && parts[0].Trim() != "lo")
            .Select(parts => Words(parts[1]))
            .Where(words => words.Length > 8)
            .ToArray();
        return new SystemSample(
            System.Diagnostics.Stopwatch.GetTimestamp(),
            Lines("/proc/stat").Select(Words).Where(words => words is [['c', 'p', 'u', ..], _, _, _, _, _, ..]).Select(Busy).ToArray(),
            memory.GetValueOrDefault("MemTotal:"),
            memory.GetValueOrDefault("MemAvailable:"),
            disks.Sum(words => Number(words[5]) * Sector),
            disks.Sum(words => Number(words[9]) * Sector),
            interfaces.Sum(words => Number(words[8])),
            interfaces.Sum(words => Number(words[0])));
    }

    /// <summary>The row of the time between two samples.</summary>
    public IEnumerable<KeyValuePair<string, StreamValue>> Since(SystemSample before, SystemMonitorOptions options)
    {
        var seconds = Math.Max(1e-6, System.Diagnostics.Stopwatch.GetElapsedTime(before.Ticks, Ticks).TotalSeconds);
        yield return new("cpu_cnt", Math.Max(1, Cpus.Count - 1));
        for (var i = 0; i < Math.Min(Cpus.Count, before.Cpus.Count) && (i == 0 || options.PerCpu); i++)
        {
            // The first line is all of them together.
            var name = i == 0 ? "cpu_pct" : string.Create(CultureInfo.InvariantCulture, $"cpu{i - 1}_pct");
            yield return new(name, Percent(Cpus[i].Busy - before.Cpus[i].Busy, Cpus[i].Total - before.Cpus[i].Total));
        }

        yield return new("mem_total", MemoryTotal);
        yield return new("mem_used", MemoryTotal - MemoryAvailable);
        yield return new("mem_pct", Percent(MemoryTotal - MemoryAvailable, MemoryTotal));
        var drive = new DriveInfo(options.Path);
        if (drive.IsReady)
        {
            yield return new("disk_total", drive.TotalSize);
            yield return new("disk_used", drive.TotalSize - drive.TotalFreeSpace);
            yield return new("disk_pct", Percent(drive.TotalSize - drive.TotalFreeSpace, drive.TotalSize));
        }

        yield return new("disk_read", (Read - before.Read) / seconds);
        yield return new("disk_written", (Written - before.Written) / seconds);
        yield return new("net_sent", (Sent - before.Sent) / seconds);
        yield return new("net_received", (Received - before.Received) / seconds);
    }

    static double Percent(long part, long whole) => whole <= 0 ? 0 : Math.Clamp(100.0 * part / whole, 0, 100);

    // user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in user already.
    static (long Busy, long Total) Busy(string[] words)
    {
        var times = words.Skip(1).Take(8).Select(Number).ToArray();
        var idle = times[3] + times[4];
        return (times.Sum() - idle, times.Sum());
    }

    static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static long Number(string word) => long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
