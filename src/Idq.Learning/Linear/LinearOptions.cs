namespace Idq.Learning;

/// <summary>Options of <see cref="LinearClassifier"/>, checked when they are made.</summary>
public sealed record LinearOptions
{
    /// <summary>Options.</summary>
    /// <param name="l2">
    /// Strength of the penalty ½·l2·Σβ² on the coefficients of standardised features, against a sum of log-likelihoods over rows of mean
    /// weight 1. <value>The default value is 10⁻⁶: next to none, enough where features are collinear or the classes separate.</value>
    /// </param>
    /// <param name="balance">True to weigh both classes alike, however many rows each has. <value>The default value is false.</value></param>
    /// <param name="missingIndicators">
    /// True to add a column that says where a feature is missing, for features that are missing in some rows and not in others.
    /// <value>The default value is true.</value>
    /// </param>
    /// <param name="maxIterations">Newton steps, or 20 times as many of the method for very many features. <value>The default value is 100.</value></param>
    /// <exception cref="ArgumentException">A value makes no sense; the message says which and what was expected.</exception>
    public LinearOptions(double l2 = 1e-6, bool balance = false, bool missingIndicators = true, int maxIterations = 100)
    {
        if (!(l2 > 0) || !double.IsFinite(l2)) throw new ArgumentException($"l2 is {l2}, it must be a number above 0", nameof(l2));
        if (maxIterations < 1) throw new ArgumentException($"max_iterations is {maxIterations}, at least 1 is needed", nameof(maxIterations));
        (L2, Balance, MissingIndicators, MaxIterations) = (l2, balance, missingIndicators, maxIterations);
    }

    /// <summary>Strength of the penalty.</summary>
    public double L2 { get; }

    /// <summary>True to weigh both classes alike.</summary>
    public bool Balance { get; }

    /// <summary>True to add columns that say where a feature is missing.</summary>
    public bool MissingIndicators { get; }

    /// <summary>Newton steps at most.</summary>
    public int MaxIterations { get; }
}
