using System.Diagnostics;
using NodaTime;

namespace Idq.Benchmarks.Cadence;

/// <summary>P1: strides on the system's clock, beside the C library's timer; and what waiting costs.</summary>
sealed class CadenceMeasurement() : Measurement("P1", "cadence on the system's clock")
{
    const long Period = 5_000_000;

    readonly SystemGpsClock clock = new(SystemClock.Instance, LeapSeconds.BuiltIn);

    public override async Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var strides = lab.IsQuick ? 1_000 : 10_000;
        var (ours, timer) = (new List<double>(), new List<double>());
        var faults = 0;
        // Not counted: the compiler is at work.
        await LatenessAsync(100, lab.Cancellation);
        _ = SystemTimer.Lateness(Period, 100, lab.Cancellation);
        for (var round = 0; round < lab.Rounds; round++)
        {
            var (late, wrong) = await LatenessAsync(strides / lab.Rounds, lab.Cancellation);
            ours.AddRange(late);
            faults += wrong;
            timer.AddRange(SystemTimer.Lateness(Period, strides / lab.Rounds / 3, lab.Cancellation));
        }
        lab.Say("an idle second after another");
        var load = await IdleLoadAsync(lab.IsQuick ? 5 : 20, lab.Cancellation);

        var (p99, reference) = (Rounds.Quantile(ours, 0.99), Rounds.Quantile(timer, 0.99));
        return
        [
            new(Goal, $"{ours.Count} strides of 5 ms: skipped, doubled, drifted")
            {
                Ours = new(faults, ""),
                Target = "0",
                Verdict = faults == 0 ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, "lateness of a stride, p99")
            {
                Ours = new(p99, "s"),
                Reference = new(reference, "s"),
                ReferenceName = "clock_nanosleep",
                Ratio = reference / p99,
                Target = "at most the C timer + 1 ms",
                Verdict = p99 <= reference + 1e-3 ? Verdict.Met : Verdict.Missed,
                Note = $"p50 {new Figure(Rounds.Quantile(ours, 0.5), "s")} and worst {new Figure(ours.Max(), "s")}, " +
                    $"the C timer {new Figure(Rounds.Quantile(timer, 0.5), "s")} and {new Figure(timer.Max(), "s")}",
            },
            new(Goal, "idle, a stride a second: of one core")
            {
                Ours = new(100 * load, "%"),
                Target = "at most 1 %",
                Verdict = load <= 0.01 ? Verdict.Met : Verdict.Missed,
            },
        ];
    }

    // Strides are taken as a loop takes them; each must be the next one, exactly one stride long, and never before it is due.
    async Task<(double[] Late, int Faults)> LatenessAsync(int count, CancellationToken cancellation)
    {
        var start = clock.Now + Period;
        var cadence = new CadenceManager(clock, new CadenceOptions { Start = start, Stride = Period });
        var late = new double[count];
        var faults = 0;
        for (var k = 0; k < count; k++)
        {
            var stride = (await cadence.WaitAsync(cancellation))!.Value;
            late[k] = (clock.Now - cadence.Due(stride)) / 1e9;
            var expected = new Segment(start + k * Period, start + (k + 1) * Period);
            if (stride.Index != k || stride.Segment != expected || late[k] < 0) faults++;
            cadence.Complete(stride);
        }
        return (late, faults);
    }

    async Task<double> IdleLoadAsync(int seconds, CancellationToken cancellation)
    {
        var cadence = new CadenceManager(clock, new CadenceOptions { Start = clock.Now });
        var process = Process.GetCurrentProcess();
        var (used, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        for (var k = 0; k < seconds; k++) cadence.Complete((await cadence.WaitAsync(cancellation))!.Value);
        process.Refresh();
        return (process.TotalProcessorTime - used) / Stopwatch.GetElapsedTime(started);
    }
}
