using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Idq.Benchmarks;
using Idq.Benchmarks.Cadence;
using Idq.Benchmarks.Calibration;
using Idq.Benchmarks.Ovl;
using Idq.Benchmarks.Products;
using Idq.Benchmarks.Replay;
using Idq.Benchmarks.Segments;
using Idq.Benchmarks.Tracker;
using Idq.Benchmarks.Vectorising;

Measurement[] all =
[
    new CadenceMeasurement(),
    new VectorisingMeasurement(),
    new SegmentMeasurement(),
    new OvlMeasurement(),
    new ReplayMeasurement(),
    new TrackerMeasurement(),
    new DayMeasurement(),
    new StopMeasurement(),
    new KernelDensityMeasurement(),
];

var names = new Argument<string[]>("goal") { Description = "What to measure; default: everything", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong(all.Select(m => m.Goal).ToArray());
var output = new Option<string>("--output") { Description = "text, json or csv", DefaultValueFactory = _ => "text" };
output.AcceptOnlyFromAmong("text", "json", "csv");
var rounds = new Option<int>("--rounds")
{
    Description = "How often we and the reference take turns; medians are shown",
    DefaultValueFactory = _ => 5,
};
var quick = new Option<bool>("--quick") { Description = "Less data and shorter waits, to see that everything runs" };
var postgres = new Option<string?>("--postgres")
{
    Description = "A PostgreSQL database for P9, which is left full of trash",
    HelpName = "postgresql://USER@HOST/DATABASE?schema=NAME",
};
var detail = new Option<string[]>("--detail")
{
    Description = "Runs the BenchmarkDotNet classes that match instead, for example *KernelDensity*",
    AllowMultipleArgumentsPerToken = true,
};
var command = new RootCommand(
    "Measures what the performance goals speak of, against references that run beside, and prints one table. "
        + string.Join("; ", all.Select(m => $"{m.Goal}: {m.Title}"))
)
{
    names,
    output,
    rounds,
    quick,
    postgres,
    detail,
};
command.SetAction(
    async (result, cancellation) =>
    {
        if (result.GetValue(detail) is { Length: > 0 } filter)
        {
            var config = DefaultConfig
                .Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
            BenchmarkSwitcher.FromAssembly(typeof(Measurement).Assembly).Run(["--filter", .. filter], config);
            return 0;
        }
        using var lab = new Laboratory(Math.Max(1, result.GetValue(rounds)), result.GetValue(quick), cancellation)
        {
            Postgres = result.GetValue(postgres),
        };
        var wanted = result.GetValue(names)!;
        var rows = new List<Row>();
        var failed = false;
        foreach (var measurement in all.Where(m => wanted.Length == 0 || wanted.Contains(m.Goal)))
        {
            lab.Say($"{measurement.Goal} {measurement.Title}");
            try
            {
                rows.AddRange(await measurement.MeasureAsync(lab));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The others may still be measured; the table says what could not.
                lab.Say(e.ToString());
                rows.Add(Row.Missing(measurement.Goal, measurement.Title, "", e.Message));
                failed = true;
            }
            GC.Collect();
        }
        switch (result.GetValue(output))
        {
            case "json":
                RowTable.WriteJson(Console.Out, rows);
                break;
            case "csv":
                RowTable.WriteCsv(Console.Out, rows);
                break;
            default:
                RowTable.WriteText(Console.Out, rows);
                break;
        }
        return failed ? 1 : 0;
    }
);
return await command.Parse(args).InvokeAsync();
