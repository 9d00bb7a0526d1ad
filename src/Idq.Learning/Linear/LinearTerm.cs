namespace Idq.Learning;

/// <summary>One summand of the linear score: coefficient · (x − mean) / scale.</summary>
/// <param name="Feature">The feature, "channel-column".</param>
/// <param name="IsMissing">True when x is 1 where the feature is missing and 0 elsewhere; false when x is the feature, the term being 0 where it is missing.</param>
/// <param name="Mean">Weighted mean of x over the training rows.</param>
/// <param name="Scale">Weighted standard deviation of x over the training rows; positive.</param>
/// <param name="Coefficient">In units of log-odds per standard deviation.</param>
public sealed record LinearTerm(string Feature, bool IsMissing, double Mean, double Scale, double Coefficient)
{
    /// <summary>The feature's name, with a note when the term is about its absence.</summary>
    public string Name => IsMissing ? $"{Feature} (missing)" : Feature;

    /// <summary>The standardised value.</summary>
    // Missing is whatever is not finite: NaN, or a default such as −∞.
    internal double Standardise(double value) => (IsMissing, double.IsFinite(value)) switch
    {
        (false, true) => (value - Mean) / Scale,
        (false, false) => 0,
        (true, var isPresent) => ((isPresent ? 0 : 1) - Mean) / Scale,
    };
}
