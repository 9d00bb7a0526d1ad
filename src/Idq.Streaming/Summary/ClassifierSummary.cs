using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>How well one classifier did over the rows that it ranked.</summary>
/// <param name="Nickname">The classifier.</param>
/// <param name="Glitches">Rows labelled as glitches.</param>
/// <param name="Cleans">Rows labelled as clean.</param>
/// <param name="Auc">Area under the receiver operating characteristic; 0.5 is chance; NaN without both classes.</param>
/// <param name="AucError">Its standard error.</param>
/// <param name="Efficiencies">Share of glitches above the threshold that a share of clean times exceeds.</param>
/// <param name="Reliability">Is FAP the share of later clean rows, and PGLITCH that of windows with a glitch?</param>
/// <param name="Coverage">Do rows turn out to be glitches as often as LOGLIKE, from a map made before, said?</param>
public sealed record ClassifierSummary(
    string Nickname, int Glitches, int Cleans, double Auc, double AucError, IReadOnlyList<Efficiency> Efficiencies,
    CalibrationCoverage Coverage, CalibrationReliability Reliability)
{
    /// <summary>The false-alarm probabilities at which efficiencies are given.</summary>
    public static IReadOnlyList<double> Faps { get; } = [0.001, 0.01, 0.1];

    /// <summary>The summaries over what evaluate persisted and timeseries published in a range.</summary>
    public static IReadOnlyList<ClassifierSummary> OfRange(JobContext context, Segment range)
    {
        // Series one by one, not the files that they were compacted into: every stride has its own figures.
        IEnumerable<Product> Of(string kind, string job, long? since = null) => context.Store.Products(new ProductQuery
        {
            Kind = kind,
            Job = job,
            SinceSeq = since,
            Overlapping = (range.Start.Nanoseconds, range.End.Nanoseconds),
        });
        return OfProducts(context, [.. Of("quiver", "evaluate"), .. Of("map", "calibrate"), .. Of("series", "timeseries", 0)], range);
    }

    /// <summary>The summaries over given quivers, maps and series, one a classifier of the configuration.</summary>
    /// <param name="context">The classifiers, and where the files are.</param>
    /// <param name="products">The quivers, maps and series; others are left out.</param>
    /// <param name="range">Only rows whose time is in it; null takes all.</param>
    public static IReadOnlyList<ClassifierSummary> OfProducts(
        JobContext context, IReadOnlyList<Product> products, Segment? range = null) =>
        context.Configuration.Classifiers.Select(classifier =>
        {
            var own = products.Where(p => p.Nickname == classifier.Nickname).ToArray();
            var rows = Rows(context, own.Where(p => p.Kind == "quiver" && QuiverRows.IsReadable(p)));
            if (range is { } within) rows = rows.Within(within);
            return Of(classifier.Nickname, rows, ReliabilityOf(context, rows, own));
        }).ToArray();

    /// <summary>The summary over rows.</summary>
    public static ClassifierSummary Of(string nickname, QuiverRows rows, CalibrationReliability? reliability = null)
    {
        RankSamples Class(byte label) => EvaluatedRows.Class(rows.Labels, rows.Ranks, rows.Weights, label);
        var (glitch, clean) = (Class(Label.Glitch), Class(Label.Clean));
        var (auc, error) = Roc.AucWithError(glitch, clean);
        var judged = Enumerable.Range(0, rows.Count).Where(i => !double.IsNaN(rows.WindowLogLikes[i])).ToArray();
        var coverage = CalibrationCoverage.Of(
            Array.ConvertAll(judged, i => rows.WindowLogLikes[i]), Array.ConvertAll(judged, i => rows.Labels[i]),
            Array.ConvertAll(judged, i => rows.Weights[i]), Array.ConvertAll(judged, i => rows.WindowDeviations[i]));
        return new(
            nickname, glitch.Count, clean.Count, auc, error, Faps.Select(f => Roc.EfficiencyAt(f, glitch, clean)).ToArray(), coverage,
            reliability ?? new([], [], null));
    }

    // What cannot be read is left out.
    static QuiverRows Rows(JobContext context, IEnumerable<Product> quivers)
    {
        var parts = new List<QuiverRows>();
        foreach (var quiver in quivers)
            try
            {
                parts.Add(QuiverRows.Read(context.Paths, quiver));
            }
            catch (DataException e)
            {
                var span = new Segment(new(quiver.StartNs), new(quiver.EndNs));
                LogMessages.LeftOut(context.Loggers.CreateLogger("summary"), span, quiver.Nickname, e.Message);
            }
        return QuiverRows.Concatenate(parts);
    }

    // FAP by the rows; PGLITCH by the series, every sample of them, and where there are none by the rows as well.
    static CalibrationReliability ReliabilityOf(JobContext context, QuiverRows rows, Product[] products)
    {
        var cleans = products.Where(p => p.Kind == "map").Select(p => 1.0 / (ProductAttributes.Of<MapAttributes>(p).Cleans + 2))
            .DefaultIfEmpty(0).Average();
        var livetime = products.Where(p => p.Kind == "quiver").SelectMany(context.Store.Entries).DistinctBy(p => p.StartNs)
            .Sum(q => ProductAttributes.Of<QuiverAttributes>(q).CleanLivetime);
        var ofRows = Calibration.Reliability([rows], livetime, 1 / cleans, context.Configuration.Calibrate.Window);
        var blocks = new SortedDictionary<long, PGlitchTally>();
        foreach (var versions in products.Where(p => p.Kind == "series").GroupBy(p => p.StartNs))
            if (ProductAttributes.Of<SeriesAttributes>(versions.MaxBy(ProductAttributes.VersionOf)!).PGlitch is { } figures)
                Calibration.Block(blocks, versions.Key).Add(PGlitchTally.Of(figures));
        return blocks.Count == 0 ? ofRows : ofRows.With(blocks.Values);
    }
}
