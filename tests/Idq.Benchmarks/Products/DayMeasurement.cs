using Idq.Benchmarks.Replay;

namespace Idq.Benchmarks.Products;

/// <summary>P13: a day of strides of one second with three classifiers: its files, its memory, and queries over it.</summary>
sealed class DayMeasurement() : Measurement("P13", "a day of strides of 1 s")
{
    const long Start = 1_262_304_000;

    public override Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var hours = lab.IsQuick ? 2 : 24;
        var first = Replay(lab, "quarter", Math.Max(1, hours / 4));
        var whole = Replay(lab, "day", hours);
        var files = Directory.EnumerateFiles(Path.Combine(lab.PathOf("day"), "mock"), "*", SearchOption.AllDirectories).Count();

        // What every query costs: the program, the configuration, the ledger.
        var nothing = Query(lab, "SELECT 1");
        var count = Query(lab, "SELECT count(*) FROM quivers");
        var middle = Start + hours * 1800;
        var series = Query(lab, $"SELECT * FROM series WHERE nickname = 'ovl' AND time >= {middle} AND time < {middle + 8}");
        return Task.FromResult<IReadOnlyList<Row>>(
        [
            new(Goal, $"files of {hours} h at strides of 1 s, three classifiers")
            {
                Ours = new(files, "files"),
                Target = "under 1000 a day",
                Verdict = files < 1000 ? Verdict.Met : Verdict.Missed,
                Note = $"replayed in {new Figure(whole.Seconds, "s")}, {new Figure(whole.CpuSeconds, "s")} of CPU",
            },
            new(Goal, "its memory at the most, against a quarter of it")
            {
                Ours = new(whole.PeakBytes, "B"),
                Reference = new(first.PeakBytes, "B"),
                ReferenceName = "a quarter",
                Ratio = first.PeakBytes / (double)whole.PeakBytes,
                Target = "constant: at most 1.2x",
                Verdict = whole.PeakBytes <= 1.2 * first.PeakBytes ? Verdict.Met : Verdict.Missed,
            },
            Answer("count of all evaluated rows", count, nothing, 1),
            Answer("8 s of one series", series, nothing, 0.3),
        ]);
    }

    Row Answer(string what, double seconds, double nothing, double goal) => new(Goal, $"stream query: {what}")
    {
        Ours = new(Math.Max(0, seconds - nothing), "s"),
        Target = $"under {goal:R} s",
        Verdict = seconds - nothing < goal ? Verdict.Met : Verdict.Missed,
        Note = $"beyond the {new Figure(nothing, "s")} of a query for nothing",
    };

    static ProcessCost Replay(Laboratory lab, string name, int hours)
    {
        if (Directory.Exists(lab.PathOf(name))) Directory.Delete(lab.PathOf(name), recursive: true);
        lab.Say($"replaying {hours} h");
        var run = StreamProcess.Run(lab, [.. Arguments(lab, "run", name), "--replay", "--gps-start", $"{Start}",
            "--gps-end", $"{Start + hours * 3600}"]);
        lab.Say($"{hours} h in {run.Seconds:0.0} s, {run.CpuSeconds:0.0} s of CPU, {new Figure(run.PeakBytes, "B")}");
        return run;
    }

    static double Query(Laboratory lab, string sql) => Rounds.Median([.. Enumerable.Range(0, lab.Rounds)
        .Select(_ => StreamProcess.Run(lab, [.. Arguments(lab, "query", "day"), sql]).Seconds)]);

    static string[] Arguments(Laboratory lab, string command, string name)
    {
        string[] settings =
        [
            $"general:rootdir={lab.PathOf(name)}", "train stream:stride=1", "evaluate stream:stride=1", "timeseries stream:stride=1",
        ];
        return [command, "--ini", MockAnalysis.Ini(), "--quiet", "--output", "json", .. settings.SelectMany(s => new[] { "--set", s })];
    }
}
