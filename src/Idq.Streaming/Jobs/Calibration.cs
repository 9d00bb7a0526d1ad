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
        var (glitch, window, clean) = (Join(rows, q => q.Glitch), Join(rows, q => q.Window), Join(rows, q => q.Clean));
        var rates = new CalibrationRates(glitch.TotalWeight, rows.Sum(q => q.Livetime), rows.Sum(q => q.CleanLivetime), options.Window);
        return CalibrationMap.Fit(kind, glitch, clean, rates, new CalibrationOptions
        {
            NumPoints = options.NumPoints,
            Bandwidth = options.Bandwidth > 0 ? options.Bandwidth : null,
        }, window);
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

    /// <summary>Does a map contain ranks that the model gave, and not only ranks of other models? Null when there is no map.</summary>
    public static bool? Knows(CalibrationDocument? map, ClassifierModel model) =>
        map?.Provenance.ModelHashes.Contains(model.Hash, StringComparer.Ordinal);

    /// <summary>What evaluated rows say of the maps that judged them. Rows that no map judged are left out.</summary>
    /// <param name="rows">Rows with what maps said of them.</param>
    /// <param name="cleanLivetime">Nanoseconds in which the clean ones were drawn.</param>
    /// <param name="mapCleans">Clean rows that the maps were made of.</param>
    /// <param name="window">Nanoseconds of which PGLITCH speaks.</param>
    public static CalibrationReliability Reliability(IReadOnlyList<QuiverRows> rows, long cleanLivetime, double mapCleans, long window)
    {
        double Weight(byte label) => rows.Sum(r => Enumerable.Range(0, r.Count).Where(i => r.Labels[i] == label).Sum(i => r.Weights[i]));
        // A glitch stands for one window, a clean row for its share of the clean time.
        var perClean = cleanLivetime / (double)window / Weight(Label.Clean);
        var rate = 1 / (Weight(Label.Glitch) + 0.5);
        var (fap, weights, blocks) = (new List<double>(), new List<double>(), new SortedDictionary<long, PGlitchTally>());
        foreach (var own in rows)
            for (var i = 0; i < own.Count; i++)
            {
                if (double.IsNaN(own.WindowPGlitches[i])) continue;
                var isGlitch = own.Labels[i] == Label.Glitch;
                var deviation = Math.Sqrt(own.WindowDeviations[i] * own.WindowDeviations[i] + rate);
                Block(blocks, own.Times[i]).Add(own.WindowPGlitches[i], deviation, isGlitch, own.Weights[i] * (isGlitch ? 1 : perClean));
                if (isGlitch) continue;
                fap.Add(own.Faps[i]);
                weights.Add(own.Weights[i]);
            }
        return CalibrationReliability.Of([.. fap], [.. weights], mapCleans, blocks.Values);
    }

    /// <summary>The stretch of 64 s to which a time belongs: long against the windows of a glitch.</summary>
    public static PGlitchTally Block(IDictionary<long, PGlitchTally> blocks, long time)
    {
        var key = time / (64 * GpsTime.NanosecondsPerSecond);
        return blocks.TryGetValue(key, out var block) ? block : blocks[key] = new();
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
