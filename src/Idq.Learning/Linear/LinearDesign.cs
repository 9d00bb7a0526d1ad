namespace Idq.Learning;

/// <summary>The standardised columns that a linear model is fitted on.</summary>
sealed class LinearDesign
{
    LinearDesign(LinearTerm[] terms, double[][] columns) => (Terms, Columns) = (terms, columns);

    /// <summary>What each column is; coefficients are 0.</summary>
    public LinearTerm[] Terms { get; }

    /// <summary>Mean 0 and variance 1 under the weights (present values, for a feature with missing ones).</summary>
    public double[][] Columns { get; }

    /// <summary>
    /// Columns of the features that vary, and of where features are missing; a feature that is the same in every row is left out.
    /// </summary>
    public static LinearDesign Of(FeatureMatrix features, double[] weights, bool missingIndicators)
    {
        var terms = new List<LinearTerm>();
        var columns = new List<double[]>();
        // The columns of one channel are missing in the same rows, so that one indicator is enough for all of them.
        var patterns = new HashSet<MissingPattern>();
        for (var f = 0; f < features.Names.Count; f++)
        {
            var values = features.Column(f);
            Add(new(features.Names[f], false, 0, 1, 0), values);
            if (missingIndicators && patterns.Add(MissingPattern.Of(values))) Add(new(features.Names[f], true, 0, 1, 0), values);
        }
        return new(terms.ToArray(), columns.ToArray());

        void Add(LinearTerm raw, ReadOnlySpan<double> values)
        {
            if (Moments(raw, values, weights) is not var (mean, scale)) return;
            var term = raw with { Mean = mean, Scale = scale };
            var column = new double[values.Length];
            for (var i = 0; i < column.Length; i++) column[i] = term.Standardise(values[i]);
            terms.Add(term);
            columns.Add(column);
        }
    }

    // Values are divided by the largest, because the square of a large finite value would overflow.
    static (double Mean, double Scale)? Moments(LinearTerm raw, ReadOnlySpan<double> values, double[] weights)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (var value in values)
        {
            if (!raw.Counts(value)) continue;
            var x = raw.Raw(value);
            (least, most) = (Math.Min(least, x), Math.Max(most, x));
        }
        if (!(least < most)) return null;

        var unit = Math.Max(Math.Abs(least), Math.Abs(most));
        double sum = 0, total = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!raw.Counts(values[i])) continue;
            sum += weights[i] * (raw.Raw(values[i]) / unit);
            total += weights[i];
        }
        var mean = sum / total;
        double squares = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!raw.Counts(values[i])) continue;
            var deviation = raw.Raw(values[i]) / unit - mean;
            squares += weights[i] * deviation * deviation;
        }
        var scale = Math.Sqrt(squares / total) * unit;
        return scale > 0 ? (mean * unit, scale) : null;
    }
}
