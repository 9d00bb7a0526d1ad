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
/// <param name="Coverage">Do rows turn out to be glitches as often as LOGLIKE, from a map made before, said?</param>
public sealed record ClassifierSummary(
    string Nickname, int Glitches, int Cleans, double Auc, double AucError, IReadOnlyList<Efficiency> Efficiencies,
    CalibrationCoverage Coverage)
{
    /// <summary>The false-alarm probabilities at which efficiencies are given.</summary>
    public static IReadOnlyList<double> Faps { get; } = [0.001, 0.01, 0.1];

    /// <summary>The summaries over the rows that evaluate persisted in a range.</summary>
    public static IReadOnlyList<ClassifierSummary> OfRange(JobContext context, Segment range)
    {
        var quivers = context.Store.Products(new ProductQuery
        {
            Kind = "quiver",
            Job = "evaluate",
            Overlapping = (range.Start.Nanoseconds, range.End.Nanoseconds),
        });
        return OfQuivers(context, quivers.ToArray(), range);
    }

    /// <summary>The summaries over given quivers, one a classifier of the configuration.</summary>
    /// <param name="context">The classifiers, and where the files are.</param>
    /// <param name="quivers">The quivers.</param>
    /// <param name="range">Only rows whose time is in it; null takes all.</param>
    public static IReadOnlyList<ClassifierSummary> OfQuivers(
        JobContext context, IReadOnlyList<Product> quivers, Segment? range = null) =>
        context.Configuration.Classifiers.Select(classifier =>
        {
            var own = quivers.Where(q => q.Nickname == classifier.Nickname && QuiverRows.IsReadable(q))
                .Select(q => context.Paths.Absolute(q.Path)).ToArray();
            var rows = QuiverRows.Read(own);
            return Of(classifier.Nickname, range is { } within ? rows.Within(within) : rows);
        }).ToArray();

    /// <summary>The summary over rows.</summary>
    public static ClassifierSummary Of(string nickname, QuiverRows rows)
    {
        RankSamples Class(byte label) => EvaluatedRows.Class(rows.Labels, rows.Ranks, rows.Weights, label);
        var (glitch, clean) = (Class(Label.Glitch), Class(Label.Clean));
        var (auc, error) = Roc.AucWithError(glitch, clean);
        var judged = Enumerable.Range(0, rows.Count).Where(i => !double.IsNaN(rows.LogLikes[i])).ToArray();
        var coverage = CalibrationCoverage.Of(
            Array.ConvertAll(judged, i => rows.LogLikes[i]), Array.ConvertAll(judged, i => rows.Labels[i]),
            Array.ConvertAll(judged, i => rows.Weights[i]), Array.ConvertAll(judged, i => rows.Deviations[i]));
        return new(
            nickname, glitch.Count, clean.Count, auc, error, Faps.Select(f => Roc.EfficiencyAt(f, glitch, clean)).ToArray(), coverage);
    }
}
