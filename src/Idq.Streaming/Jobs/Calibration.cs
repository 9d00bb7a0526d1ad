using Idq.Learning;

namespace Idq.Streaming;

/// <summary>Makes and writes calibration maps of evaluated rows; what calibrate and batch have in common.</summary>
static class Calibration
{
    /// <summary>A map fitted from scratch.</summary>
    public static CalibrationMap Fit(CalibrateOptions options, ClassifierTraits classifier, IReadOnlyList<EvaluatedRows> rows)
    {
        var kind = options.Kind switch
        {
            CalibrationChoice.Kde => CalibrationKind.Kernel,
            CalibrationChoice.Discrete => CalibrationKind.Discrete,
            _ => classifier.HasDiscreteRanks ? CalibrationKind.Discrete : CalibrationKind.Kernel,
        };
        var (glitch, clean) = (Join(rows, q => q.Glitch), Join(rows, q => q.Clean));
        var rates = new CalibrationRates(glitch.TotalWeight, rows.Sum(q => q.Livetime), rows.Sum(q => q.CleanLivetime), options.Window);
        return CalibrationMap.Fit(kind, glitch, clean, rates, new CalibrationOptions
        {
            NumPoints = options.NumPoints,
            Bandwidth = options.Bandwidth > 0 ? options.Bandwidth : null,
        });
    }

    /// <summary>One class of many quivers.</summary>
    public static RankSamples Join(IEnumerable<EvaluatedRows> quivers, Func<EvaluatedRows, RankSamples> of)
    {
        var parts = quivers.Select(of).ToArray();
        return new(parts.SelectMany(p => p.Ranks).ToArray(), parts.SelectMany(p => p.Weights).ToArray());
    }

    /// <summary>A map with where it comes from.</summary>
    /// <param name="map">The map.</param>
    /// <param name="nickname">The classifier.</param>
    /// <param name="span">From the first to the last row's stride.</param>
    /// <param name="rows">The rows that it was made of.</param>
    /// <param name="parents">Hashes of the products that it was made from.</param>
    public static CalibrationDocument Document(
        CalibrationMap map, string nickname, Segment span, IReadOnlyList<EvaluatedRows> rows, IReadOnlyList<string> parents)
    {
        var models = rows.Where(r => r.Rows > 0).Select(r => r.ModelHash).Distinct(StringComparer.Ordinal).ToArray();
        var provenance = new CalibrationProvenance(nickname, span, SegmentList.Coalesce(rows.Select(r => r.Span)), parents, models);
        return new(map, provenance, CalibrationFile.Hash(map, provenance));
    }

    /// <summary>Reads a map.</summary>
    /// <exception cref="DataException">It is no map, or was changed after it was written.</exception>
    public static CalibrationDocument Read(string path)
    {
        using var file = File.OpenRead(path);
        return CalibrationFile.Read(file, path);
    }

    /// <summary>Writes a map as versioned JSON.</summary>
    public static void Write(string path, CalibrationDocument document)
    {
        using var file = File.Create(path);
        CalibrationFile.Write(file, document.Map, document.Provenance);
    }
}
