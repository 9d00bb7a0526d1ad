namespace Idq.Learning;

/// <summary>Where a fit ended.</summary>
/// <param name="Beta">Coefficients, the intercept last.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="Converged">True when the next step would have changed nothing that matters.</param>
sealed record FitResult(double[] Beta, int Iterations, bool Converged);
