using System.Text.Json;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli;

/// <summary>Prints what a run did.</summary>
static class ReportOutput
{
    /// <summary>The report of run and batch: summaries of the classifiers.</summary>
    public static void Write(TextWriter output, RunReport report, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json: JsonOutput.Write(output, json => WriteSummary(json, report)); break;
            case OutputFormat.Csv: Summaries(report).Write(output, format); break;
            default: WriteText(output, report); break;
        }
    }

    /// <summary>The report of one job.</summary>
    public static void WriteJob(TextWriter output, string job, RunReport report, OutputFormat format)
    {
        var counts = report.Jobs[job];
        if (format == OutputFormat.Json)
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("job", job);
                Strides(json, counts.Done, counts.Skipped, counts.Empty);
                json.Seconds("livetime", counts.Livetime);
                Latency(json, [counts]);
                Products(json, report.Products);
                json.WriteEndObject();
            });
            return;
        }
        if (format == OutputFormat.Csv)
        {
            ProductTable(report.Products).Write(output, format);
            return;
        }
        output.WriteLine(
            $"{job} over {report.Range}: {counts.Done} strides done, {counts.Skipped} skipped, {counts.Empty} empty; livetime {GpsSeconds.Format(counts.Livetime)} s; {report.Products.Count} products"
        );
    }

    /// <summary>Products as a table.</summary>
    public static Table ProductTable(IEnumerable<Product> products)
    {
        var table = new Table("seq", "kind", "nickname", "start", "end", "path", "sha256", "parents");
        foreach (var p in products)
            table.Add(p.Seq, p.Kind, p.Nickname, new GpsTime(p.StartNs), new GpsTime(p.EndNs), p.Path, p.Sha256, p.Parents);
        return table;
    }

    static void WriteSummary(Utf8JsonWriter json, RunReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("range");
        json.Gps(report.Range.Start);
        json.Gps(report.Range.End);
        json.WriteEndArray();
        json.WriteStartObject("classifiers");
        foreach (var c in report.Classifiers)
        {
            json.WriteStartObject(c.Nickname);
            json.WriteNumber("glitches", c.Glitches);
            json.WriteNumber("cleans", c.Cleans);
            json.WriteStartObject("auc");
            json.Number("value", c.Auc);
            json.Number("stderr", c.AucError);
            json.WriteEndObject();
            json.WriteStartObject("efficiency");
            foreach (var (fap, efficiency) in ClassifierSummary.Faps.Zip(c.Efficiencies)) json.Number(fap.ToString("R"), efficiency.Value);
            json.WriteEndObject();
            json.WriteStartObject("efficiency_stderr");
            foreach (var (fap, efficiency) in ClassifierSummary.Faps.Zip(c.Efficiencies))
                json.Number(fap.ToString("R"), efficiency.StandardError);
            json.WriteEndObject();
            json.WriteStartObject("coverage");
            json.Number("value", c.Coverage.Value ?? double.NaN);
            json.Number("stderr", c.Coverage.StandardError ?? double.NaN);
            json.Number("expected", c.Coverage.Expected);
            json.Number("observed", c.Coverage.Observed);
            json.WriteStartArray("bins");
            foreach (var bin in c.Coverage.Bins)
            {
                json.WriteStartObject();
                json.Number("loglike", bin.LogLike);
                json.Number("samples", bin.Samples);
                json.Number("expected", bin.Expected);
                json.Number("observed", bin.Observed);
                json.Number("stderr", bin.StandardError);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        var main = MainJob(report);
        json.Seconds("livetime", main.Livetime);
        Strides(json, main.Done, main.Skipped, main.Empty);
        json.WriteStartObject("jobs");
        foreach (var (name, counts) in report.Jobs)
        {
            json.WriteStartObject(name);
            Strides(json, counts.Done, counts.Skipped, counts.Empty);
            json.Seconds("livetime", counts.Livetime);
            Latency(json, [counts]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        Latency(json, [main]);
        Products(json, report.Products);
        json.WriteEndObject();
    }

    static void WriteText(TextWriter output, RunReport report)
    {
        Summaries(report).Write(output, OutputFormat.Text);
        output.WriteLine();
        var jobs = new Table("job", "done", "skipped", "empty", "livetime", "p50 ms", "p99 ms", "late p99 ms", "products");
        foreach (var (name, c) in report.Jobs)
            jobs.Add(
                name,
                c.Done,
                c.Skipped,
                c.Empty,
                GpsSeconds.Format(c.Livetime),
                Milliseconds(c.Latencies.Quantile(0.5)),
                Milliseconds(c.Latencies.Quantile(0.99)),
                c.Lateness.Count == 0 ? "" : Milliseconds(c.Lateness.Quantile(0.99)),
                report.Products.Count(p => p.Job == name || name == "batch")
            );
        jobs.Write(output, OutputFormat.Text);
    }

    static Table Summaries(RunReport report)
    {
        var table = new Table([
            "classifier",
            "glitches",
            "cleans",
            "auc",
            "±",
            .. ClassifierSummary.Faps.Select(f => $"eff@{f:R}"),
            "coverage",
            "±",
        ]);
        foreach (var c in report.Classifiers)
            table.Add([
                c.Nickname,
                c.Glitches,
                c.Cleans,
                Round(c.Auc),
                Round(c.AucError),
                .. c.Efficiencies.Select(e => (object?)Round(e.Value)),
                Round(c.Coverage.Value ?? double.NaN),
                Round(c.Coverage.StandardError ?? double.NaN),
            ]);
        return table;
    }

    // The job whose strides speak for the run.
    static JobCounts MainJob(RunReport report) =>
        report.Jobs.TryGetValue("evaluate", out var evaluate) ? evaluate : report.Jobs.Values.FirstOrDefault() ?? new JobCounts();

    static void Strides(Utf8JsonWriter json, long done, long skipped, long empty)
    {
        json.WriteStartObject("strides");
        json.WriteNumber("done", done);
        json.WriteNumber("skipped", skipped);
        json.WriteNumber("empty", empty);
        json.WriteEndObject();
    }

    static void Latency(Utf8JsonWriter json, IReadOnlyList<JobCounts> counts)
    {
        json.WriteStartObject("latency");
        json.Number("p50", counts[0].Latencies.Quantile(0.5));
        json.Number("p99", counts[0].Latencies.Quantile(0.99));
        json.WriteEndObject();
        if (counts[0].Lateness.Count == 0) return;
        json.WriteStartObject("lateness");
        json.Number("p50", counts[0].Lateness.Quantile(0.5));
        json.Number("p99", counts[0].Lateness.Quantile(0.99));
        json.Number("max", counts[0].Lateness.Max);
        json.WriteEndObject();
    }

    static void Products(Utf8JsonWriter json, IReadOnlyList<Product> products)
    {
        json.WriteStartArray("products");
        foreach (var p in products)
        {
            json.WriteStartObject();
            json.WriteNumber("seq", p.Seq);
            json.WriteString("kind", p.Kind);
            json.WriteString("nickname", p.Nickname);
            json.Gps("start", new GpsTime(p.StartNs));
            json.Gps("end", new GpsTime(p.EndNs));
            json.WriteString("path", p.Path);
            json.WriteString("sha256", p.Sha256);
            json.WriteStartArray("parents");
            foreach (var parent in p.Parents) json.WriteNumberValue(parent);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static double Round(double value) => double.IsNaN(value) ? value : Math.Round(value, 4);

    static double Milliseconds(double seconds) => Math.Round(seconds * 1e3, 2);
}
