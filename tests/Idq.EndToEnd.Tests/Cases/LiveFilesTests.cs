using System.Diagnostics;

namespace Idq.EndToEnd.Tests.Cases;

/// <summary>A live run on folders in which files appear, as a detector writes them.</summary>
public sealed class LiveFilesTests : IDisposable
{
    const int Stride = 4;
    const long Second = 1_000_000_000;

    readonly TemporaryFolder folder = new();

    // UTC is 18 s behind GPS since 2017.
    static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 315_964_800 + 18;

    // Written under another name first, as whoever writes for others does.
    void Publish(string name, string text)
    {
        folder.Write(name + ".tmp", text);
        File.Move(folder.File(name + ".tmp"), folder.File(name), overwrite: true);
    }

    void Write(long start)
    {
        var end = start + Stride;
        var lines = Enumerable.Range(0, Stride).SelectMany(i => new[] { "H1:GW", "H1:AUX" }.Select(c => $"{start + i}.5 {c}"));
        Publish($"kw/H-KW-{start}-{Stride}.trg", string.Concat(lines.Select(l => l.Split(' '))
            .Select(l => $"{l[0]} {l[0]} {l[0]} 100 500 150 10 50 {l[1]}\n")));
        Publish($"dq/H-DQ-{start}-{Stride}.json", $"{{\"H1:UP:1\": {{\"known\": [[{start}, {end}]], \"active\": [[{start}, {end}]]}}}}");
    }

    [Fact]
    public async Task Triggers_and_segments_in_files_that_appear_are_used()
    {
        var ini = folder.Write("idq.ini", """
            [general]
            tag = mock
            instrument = H1
            classifiers = ovl
            [samples]
            target_channel = H1:GW
            target_bounds = significance 30 inf
            dirty_window = 0.1
            [features]
            significance = significance
            [train data discovery]
            flavor = kw
            files = kw/*.trg
            [segdb]
            files = dq
            intersect = H1:UP:1
            max_wait = 8
            [evaluate stream]
            stride = 4
            delay = 2
            [timeseries stream]
            stride = 4
            delay = 2
            [ovl]
            flavor = OVL
            significance = significance
            thresholds = 30
            windows = 0.1
            """);
        using var analysis = new Analysis(ini);
        var next = Now() / Stride * Stride - 2 * Stride;
        for (; next + Stride <= Now(); next += Stride) Write(next);
        var began = next;
        using var running = analysis.Start("run", "--initial-lookback", "0");
        // Without a model a stride with samples is lost as untrained: its triggers and its good time were found, in files that the program
        // did not find when it began.
        var started = Stopwatch.GetTimestamp();
        var first = (began + Stride) * Second;
        while (!running.HasEnded && !analysis.Losses("evaluate").Any(s => s.Reason == "untrained" && s.StartNs >= first))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < RunningStream.Patience, "the files that appear are not used");
            for (; next + Stride <= Now(); next += Stride) Write(next);
            await Task.Delay(200);
        }
        await running.InterruptAsync();
        _ = (await running.EndAsync()).Expect(130);
    }

    public void Dispose() => folder.Dispose();
}
