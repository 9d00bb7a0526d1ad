using System.Text.Json;
using NodaTime;

namespace Idq.Benchmarks.Replay;

/// <summary>
/// P16: a live run that was away for days catches up, is killed, started again, and stopped by SIGTERM, soon and after long: how long it
/// takes to end, and whether a stride was skipped.
/// </summary>
sealed class StopMeasurement() : Measurement("P16", "the end of a service")
{
    const double MostSeconds = 2;
    const long Away = 3 * 86_400;

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var start = new SystemGpsClock(SystemClock.Instance, LeapSeconds.BuiltIn).Now.Seconds - Away;
        string[] arguments =
        [
            "run", "--ini", MockAnalysis.Ini(), "--set", $"general:rootdir={lab.PathOf("stopped")}", "--quiet", "--output", "json",
            "--gps-start", $"{start}",
        ];
        lab.Say("catching up, killed");
        await StreamProcess.StopAsync(lab, Seconds(lab, 20), "KILL", arguments);
        var rows = new List<Row>();
        foreach (var seconds in new[] { 15, 180 })
        {
            lab.Say($"catching up for {Seconds(lab, seconds).TotalSeconds} s, then SIGTERM");
            var (ended, output) = await StreamProcess.StopAsync(lab, Seconds(lab, seconds), "TERM", arguments);
            using var report = JsonDocument.Parse(output);
            var strides = report.RootElement.GetProperty("strides");
            var (done, skipped) = (strides.GetProperty("done").GetInt64(), strides.GetProperty("skipped").GetInt64());
            lab.Say($"{done} strides, {skipped} skipped, ended in {ended:0.00} s");
            rows.Add(new(Goal, $"a run that catches up, {Seconds(lab, seconds).TotalSeconds} s old: ends after SIGTERM in")
            {
                Ours = new(ended, "s"),
                Target = $"{MostSeconds} s + the step in hand",
                Verdict = ended <= MostSeconds && skipped == 0 ? Verdict.Met : Verdict.Missed,
                Note = $"{done} strides in that time, {skipped} skipped",
            });
        }
        return rows;
    }

    static TimeSpan Seconds(Laboratory lab, int seconds) => TimeSpan.FromSeconds(lab.IsQuick ? seconds / 3 : seconds);
}
