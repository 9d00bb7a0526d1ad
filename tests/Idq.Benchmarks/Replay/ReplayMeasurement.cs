namespace Idq.Benchmarks.Replay;

/// <summary>
/// P8: the program replays 100 and 1 000 channels of 16 triggers a second from Parquet files, all loops, and trains on a week of 1 000.
/// </summary>
sealed class ReplayMeasurement() : Measurement("P8", "replay from disk")
{
    public override async Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var rows = new List<Row>();
        rows.AddRange(await ReplayAsync(lab, 100, lab.IsQuick ? 512 : 4096, lab.Rounds));
        rows.AddRange(await ReplayAsync(lab, 1_000, lab.IsQuick ? 256 : 1024, Math.Min(3, lab.Rounds)));
        rows.Add(await TrainAsync(lab, lab.IsQuick ? 4 * 3600 : 7 * 86400));
        return rows;
    }

    // This process has little in memory but for the training itself, and what a training needs for its own is not limited by the option.
    async Task<Row> TrainAsync(Laboratory lab, long seconds)
    {
        const long MaxMemory = 2L << 30;
        lab.Say($"training on {seconds} s of 1000 channels x 16 Hz");
        var (triggers, peak) = await LongTraining.RunAsync(lab, seconds);
        return new(Goal, $"training on {seconds / 3600} h of 1000 channels x 16 Hz, {triggers / 1e6:0} M triggers: memory at the most")
        {
            Ours = new(peak, "B"),
            Reference = new(MaxMemory, "B"),
            ReferenceName = "max_memory",
            Ratio = (double)MaxMemory / peak,
            Target = "at most max_memory",
            Verdict = peak <= MaxMemory ? Verdict.Met : Verdict.Missed,
            Note = "one trigger in 200 is above the lowest threshold of OVL",
        };
    }

    async Task<IReadOnlyList<Row>> ReplayAsync(Laboratory lab, int channels, int seconds, int rounds)
    {
        lab.Say($"writing {channels} channels x 16 Hz x {seconds} s");
        var (ini, triggers) = await DenseRun.WriteAsync(lab, channels, seconds, "ovl");
        var products = Path.Combine(Path.GetDirectoryName(ini)!, "products");
        ProcessCost Run(int length)
        {
            if (Directory.Exists(products)) Directory.Delete(products, recursive: true);
            var run = StreamProcess.Run(lab, "run", "--replay", "--ini", ini, "--quiet", "--output", "json",
                "--gps-start", $"{DenseRun.Start}", "--gps-end", $"{DenseRun.Start + length}", "--initial-lookback", "0");
            lab.Say($"{length} s in {run.Seconds:0.00} s, {run.CpuSeconds:0.00} s of CPU, {new Figure(run.PeakBytes, "B")}");
            return run;
        }

        var whole = Enumerable.Range(0, rounds).Select(_ => Run(seconds)).ToArray();
        var half = Enumerable.Range(0, Math.Min(rounds, 2)).Select(_ => Run(seconds / 2)).ToArray();
        var speed = seconds / Rounds.Median(whole.Select(r => r.Seconds).ToArray());
        var (peak, before) = (
            Rounds.Median(whole.Select(r => (double)r.PeakBytes).ToArray()),
            Rounds.Median(half.Select(r => (double)r.PeakBytes).ToArray())
        );
        return
        [
            new(Goal, $"replay of {channels} channels x 16 Hz, {seconds} s, {triggers / 1e6:0.0} M triggers, all loops")
            {
                Ours = new(speed, "x real time"),
                Ratio = speed,
                Target = "at least 200x real time",
                Verdict = speed >= 200 ? Verdict.Met : Verdict.Missed,
                Note =
                    "OVL, strides of 64, 8 and 8 s, series of 128 Hz; start and end of the program are counted; "
                    + $"{new Figure(Rounds.Median(whole.Select(r => r.Seconds).ToArray()), "s")}, "
                    + $"of CPU {new Figure(Rounds.Median(whole.Select(r => r.CpuSeconds).ToArray()), "s")}",
            },
            new(Goal, $"its memory at the most, against {seconds / 2} s")
            {
                Ours = new(peak, "B"),
                Reference = new(before, "B"),
                ReferenceName = $"{seconds / 2} s",
                Ratio = before / peak,
                Target = "constant: at most 1.2x",
                Verdict = peak <= 1.2 * before ? Verdict.Met : Verdict.Missed,
            },
        ];
    }
}
