using System.Globalization;
using System.Text;
using Idq.Tracking;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>kill -9 in the middle of stream tracker import.</summary>
public sealed class KilledImportTests
{
    const int Runs = 300;
    const int Points = 1000;

    [Fact]
    public async Task What_a_killed_import_left_is_whole_and_importing_again_completes_it()
    {
        using var store = new TestStore();
        var file = store.Folder.Write("export.jsonl", Export());
        using (var running = StreamProgram.Start(store.Arguments("import", file)))
        {
            while (!running.HasEnded && RunsIn(store).Count == 0) await Task.Delay(5);
            await running.KillAsync();
        }
        var visible = RunsIn(store);
        Assert.InRange(visible.Count, 1, Runs - 1);
        Assert.All(visible, points => Assert.Equal(Points, points));

        var again = (await store.JsonAsync("import", file))[0];
        Assert.Equal(Runs - visible.Count, again.GetProperty("runs_added").GetInt32());
        Assert.Equal(0, (await store.JsonAsync("import", file))[0].GetProperty("history_points").GetInt32());
        Assert.Equal(Enumerable.Repeat(Points, Runs), RunsIn(store));
        using var other = new TestStore();
        Assert.NotEmpty((await other.RunAsync("import", file)).Done.Output);
        Assert.Equal((await other.RunAsync("export", "-")).Done.Output, (await store.RunAsync("export", "-")).Done.Output);
    }

    // The number of points of every run that can be seen.
    static List<int> RunsIn(TestStore store)
    {
        try
        {
            using var opened = TrackerStore.OpenReadOnly(store.Location);
            return
            [
                .. opened
                    .Query("SELECT history_rows FROM run_overview", Runs + 1, TimeSpan.FromMinutes(1))
                    .Rows.Select(r => Convert.ToInt32(r[0], CultureInfo.InvariantCulture)),
            ];
        }
        catch (TrackerException)
        {
            // It is being made.
            return [];
        }
    }

    static string Export()
    {
        var text = new StringBuilder(
            "{\"record\":\"header\",\"format\":\"tracker-export\",\"version\":1}\n"
            + "{\"record\":\"experiment\",\"name\":\"e\",\"created\":\"2026-01-02T03:04:05.000000Z\"}\n"
        );
        for (var run = 0; run < Runs; run++)
        {
            var uid = run.ToString("x32");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"record\":\"run\",\"uid\":\"{uid}\",\"experiment\":\"e\",\"name\":\"r\",\"status\":\"COMPLETED\","
                + $"\"created\":\"2026-01-02T03:04:06.000000Z\"}}\n"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"record\":\"history\",\"run\":\"{uid}\",\"key\":\"m\",\"points\":["
                + $"{string.Join(',', Enumerable.Range(0, Points).Select(i => $"[{i},{i},{i}]"))}]}}\n"
            );
        }
        return text.Append(CultureInfo.InvariantCulture, $"{{\"record\":\"end\",\"records\":{1 + (2 * Runs)}}}\n").ToString();
    }
}
