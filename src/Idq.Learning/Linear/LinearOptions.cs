namespace Idq.Learning;

/// <summary>Options of <see cref="LinearClassifier"/>, checked when they are made.</summary>
public sealed record LinearOptions
{
    /// <summary>Options.</summary>
    /// <param name="l2">
    /// Strength of the penalty ½·l2·Σβ² on the coefficients of standardised features, the intercept not among them, against a sum of
    /// log-likelihoods over rows of mean weight 1: a Gaussian prior of variance 1/l2. <value>The default value is 1, which is little where
    /// there are many rows, and keeps a fit to few rows from following their noise. 10⁻⁸ is next to none, yet enough for collinear
    /// features and separate classes.</value>
    /// </param>
    /// <param name="balance">
    /// True to weigh both classes alike, however many rows each has. <value>The default value is false.</value>
    /// </param>
    /// <param name="missingIndicators">
    /// True to add a column that says where a feature is missing, for features that are missing in some rows and not in others.
    /// <value>The default value is true.</value>
    /// </param>
    /// <param name="maxIterations">
    /// Newton steps, or 20 times as many of the method for very many features. <value>The default value is 100.</value>
    /// </param>
    /// <param name="tolerance">
    /// The fit ends with the step that expects to gain no more than this fraction of 1 + loss; the method for very many features, where no
    /// derivative per row is larger than its square root. <value>The default value is 10⁻¹².</value>
    /// </param>
    /// <exception cref="ArgumentException">A value makes no sense; the message says which and what was expected.</exception>
    public LinearOptions(
        double l2 = 1,
        bool balance = false,
        bool missingIndicators = true,
        int maxIterations = 100,
        double tolerance = 1e-12
    )
    {
        if (!(l2 > 0) || !double.IsFinite(l2))
            throw new ArgumentException($"l2 is {l2}, it must be a number above 0", nameof(l2));
        if (maxIterations < 1)
            throw new ArgumentException($"max_iterations is {maxIterations}, at least 1 is needed", nameof(maxIterations));
        if (!(tolerance > 0 && tolerance < 1))
            throw new ArgumentException($"tolerance is {tolerance}, it must be a number between 0 and 1", nameof(tolerance));
        (L2, Balance, MissingIndicators, MaxIterations, Tolerance) = (l2, balance, missingIndicators, maxIterations, tolerance);
    }

    /// <summary>Strength of the penalty.</summary>
    public double L2 { get; }

    /// <summary>True to weigh both classes alike.</summary>
    public bool Balance { get; }

    /// <summary>True to add columns that say where a feature is missing.</summary>
    public bool MissingIndicators { get; }

    /// <summary>Newton steps at most.</summary>
    public int MaxIterations { get; }

    /// <summary>The expected gain, as a fraction of 1 + loss, at which the fit ends.</summary>
    public double Tolerance { get; }
}
