namespace Idq.Learning;

/// <summary>One summand of the linear score: coefficient · (x − mean) / scale.</summary>
/// <param name="Feature">The feature, "channel-column".</param>
/// <param name="IsMissing">
/// True when x is 1 where the feature is missing and 0 elsewhere; false when x is the feature, the term being 0 where it is missing.
/// </param>
/// <param name="Mean">Weighted mean of x over the training rows.</param>
/// <param name="Scale">Weighted standard deviation of x over the training rows; positive.</param>
/// <param name="Coefficient">In units of log-odds per standard deviation.</param>
public sealed record LinearTerm(string Feature, bool IsMissing, double Mean, double Scale, double Coefficient)
{
    /// <summary>The feature's name, with a note when the term is about its absence.</summary>
    public string Name => IsMissing ? $"{Feature} (missing)" : Feature;

    // No data reach it, and a sum of products of it with coefficients is still finite.
    const double Farthest = 1e150;

    /// <summary>
    /// True when a row with this value takes part in mean and scale. Missing is whatever is not finite: NaN, or a default such as −∞.
    /// </summary>
    internal bool Counts(double value) => IsMissing || double.IsFinite(value);

    /// <summary>x, for a value that counts.</summary>
    internal double Raw(double value) => !IsMissing ? value : double.IsFinite(value) ? 0 : 1;

    /// <summary>(x − mean) / scale, the mean standing in for what is missing; finite for every value.</summary>
    internal double Standardise(double value) => Counts(value) ? Math.Clamp((Raw(value) - Mean) / Scale, -Farthest, Farthest) : 0;
}
