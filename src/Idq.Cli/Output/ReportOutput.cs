using Idq.Learning;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli;

static class ReportOutput
{
    /// <summary>The report of run and batch: summaries of the classifiers.</summary>
    public static void Print(RunReport report, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            JsonOutput.Print(Summary(report));
            return;
        }
        Summaries(report).Print(format);
        if (format == OutputFormat.Csv) return;
        Console.Out.WriteLine();
        Table.Of(report.Jobs,
            ("job", j => j.Key), ("done", j => j.Value.Done), ("skipped", j => j.Value.Skipped), ("empty", j => j.Value.Empty),
            ("livetime", j => new Seconds(j.Value.Livetime)), ("p50 ms", j => Milliseconds(j.Value.Latencies.Quantile(0.5))),
            ("p99 ms", j => Milliseconds(j.Value.Latencies.Quantile(0.99))),
            ("late p99 ms", j => j.Value.Lateness.Count == 0 ? "" : Milliseconds(j.Value.Lateness.Quantile(0.99))),
            ("products", j => j.Key == "batch" ? report.Products.Count() : j.Value.Products)).Print(format);
    }

    public static void PrintJob(string job, RunReport report, OutputFormat format)
    {
        var counts = report.Jobs[job];
        if (format == OutputFormat.Json)
            JsonOutput.Print(new Members([new("job", job), .. OfJob(counts), new("products", Listed(report.Products))]));
        else if (format == OutputFormat.Csv) ProductTable(report.Products).Print(format);
        else
            Console.Out.WriteLine($"{job} over {report.Range}: {counts.Done} strides done, {counts.Skipped} skipped, {counts.Empty} empty; "
                + $"livetime {GpsSeconds.Format(counts.Livetime)} s; {counts.Products} products");
    }

    public static Table ProductTable(IEnumerable<Product> products) => Table.Of(products, ProductColumns);

    static readonly (string Name, Func<Product, object?> Value)[] ProductColumns =
    [
        ("seq", p => p.Seq), ("kind", p => p.Kind), ("nickname", p => p.Nickname), ("start", p => new GpsTime(p.StartNs)),
        ("end", p => new GpsTime(p.EndNs)), ("path", p => p.HasFile ? p.Path : null), ("sha256", p => p.HasFile ? p.Sha256 : null),
        ("parents", p => p.Parents),
    ];

    // One after the other: of a long run there are too many to be held at once.
    static IEnumerable<Members> Listed(IEnumerable<Product> products) =>
        products.Select(p => new Members(ProductColumns.Select(c => KeyValuePair.Create(c.Name, c.Value(p)))));

    static Members Summary(RunReport report)
    {
        // The job whose strides speak for the run.
        var main = report.Jobs.TryGetValue("evaluate", out var evaluate)
            ? evaluate
            : report.Jobs.Values.FirstOrDefault() ?? new JobCounts();
        return new([
            new("range", new[] { report.Range.Start, report.Range.End }),
            new("classifiers", Keyed(report.Classifiers, c => c.Nickname, OfClassifier)),
            new("jobs", Keyed(report.Jobs, j => j.Key, j => OfJob(j.Value))),
            .. OfJob(main),
            new("products", Listed(report.Products)),
        ]);
    }

    static Members OfClassifier(ClassifierSummary c)
    {
        var efficiencies = ClassifierSummary.Faps.Zip(c.Efficiencies).ToArray();
        return new()
        {
            ["glitches"] = c.Glitches,
            ["cleans"] = c.Cleans,
            ["auc"] = new Members { ["value"] = c.Auc, ["stderr"] = c.AucError },
            ["efficiency"] = Keyed(efficiencies, e => $"{e.First:R}", e => e.Second.Value),
            ["efficiency_stderr"] = Keyed(efficiencies, e => $"{e.First:R}", e => e.Second.StandardError),
            ["fap"] = Keyed(c.Reliability.Fap, f => $"{f.Threshold:R}", f => Estimate(f.Value, f.StandardError)),
            ["pglitch"] = c.Reliability.Total is { } total
                ? Estimate(total.Value, total.StandardError, ("bins", ReliabilityTable(c.Reliability))) : null,
            ["coverage"] = new Members
            {
                ["value"] = c.Coverage.Value,
                ["stderr"] = c.Coverage.StandardError,
                ["expected"] = c.Coverage.Expected,
                ["observed"] = c.Coverage.Observed,
                ["bins"] = Table.Of(c.Coverage.Bins,
                    ("loglike", b => b.LogLike), ("samples", b => b.Samples), ("expected", b => b.Expected), ("observed", b => b.Observed),
                    ("stderr", b => b.StandardError)),
            },
        };
    }

    /// <summary>PGLITCH by bins: what was said, and what was there.</summary>
    public static Table ReliabilityTable(CalibrationReliability reliability) => Table.Of(
        reliability.PGlitch,
        ("from", b => b.From), ("to", b => b.To), ("windows", b => b.Windows), ("stated", b => b.Stated), ("held", b => b.Held),
        ("stderr", b => b.StandardError));

    static Members Estimate(double value, double error, params (string Name, object? Value)[] more) =>
        new([new("value", value), new("stderr", error), .. more.Select(m => KeyValuePair.Create(m.Name, m.Value))]);

    static Members OfJob(JobCounts counts)
    {
        var members = new Members
        {
            ["strides"] = new Members { ["done"] = counts.Done, ["skipped"] = counts.Skipped, ["empty"] = counts.Empty },
            ["livetime"] = new Seconds(counts.Livetime),
            ["latency"] = new Members { ["p50"] = counts.Latencies.Quantile(0.5), ["p99"] = counts.Latencies.Quantile(0.99) },
        };
        if (counts.Lateness is { Count: > 0 } late)
            members["lateness"] = new Members { ["p50"] = late.Quantile(0.5), ["p99"] = late.Quantile(0.99), ["max"] = late.Max };
        return members;
    }

    static Table Summaries(RunReport report)
    {
        var efficiencies = ClassifierSummary.Faps.Select((fap, i) =>
            ($"eff@{fap:R}", (Func<ClassifierSummary, object?>)(c => Round(c.Efficiencies[i].Value))));
        return Table.Of(
            report.Classifiers,
            [
                ("classifier", c => c.Nickname), ("glitches", c => c.Glitches), ("cleans", c => c.Cleans), ("auc", c => Round(c.Auc)),
                ("±", c => Round(c.AucError)),
                .. efficiencies,
                ("coverage", c => Round(c.Coverage.Value)), ("±", c => Round(c.Coverage.StandardError)),
                ("fap 0.01", c => Fap(c)), ("pglitch", c => Round(c.Reliability.Total?.Value)),
                ("±", c => Round(c.Reliability.Total?.StandardError)),
            ]);
    }

    // The share of clean rows whose FAP is no more than 0.01.
    static double Fap(ClassifierSummary c) => Round(c.Reliability.Fap.Select(f => (double?)(f.Threshold == 0.01 ? f.Value : null)).Max());

    static Members Keyed<T>(IEnumerable<T> items, Func<T, string> name, Func<T, object?> value) =>
        new(items.Select(i => KeyValuePair.Create(name(i), value(i))));

    static double Round(double? value) => value is { } number and not double.NaN ? Math.Round(number, 4) : double.NaN;

    static double Milliseconds(double seconds) => Math.Round(seconds * 1e3, 2);
}
