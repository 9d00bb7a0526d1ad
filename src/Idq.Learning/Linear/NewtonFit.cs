namespace Idq.Learning;

/// <summary>Newton's method (iteratively reweighted least squares) with halved steps: for up to some hundred columns.</summary>
static class NewtonFit
{
    // The loss is a sum over rows. A gain below this fraction of it cannot be told from rounding.
    const double Rounding = 1e-12;

    public static FitResult Minimise(LogisticLoss loss, double[] start, int rows, int maxIterations, double tolerance)
    {
        var n = loss.Size;
        var (beta, trial, scores) = (start.ToArray(), new double[n], new double[rows]);
        var (gradient, step) = (new double[n], new double[n]);
        var hessian = loss.NewHessian();
        loss.Scores(beta, scores);
        var value = loss.Value(beta, scores);
        for (var iteration = 1; iteration <= maxIterations; iteration++)
        {
            loss.Gradient(beta, scores, gradient);
            loss.Hessian(scores, hessian);
            Cholesky.Factor(hessian);
            Cholesky.Solve(hessian, gradient, step);
            // Newton's decrement is twice the expected gain of the step.
            var decrement = 0.0;
            for (var i = 0; i < n; i++) decrement += gradient[i] * step[i];
            var last = decrement / 2 <= tolerance * (1 + Math.Abs(value));

            var length = 1.0;
            double next;
            while (true)
            {
                for (var i = 0; i < n; i++) trial[i] = beta[i] - length * step[i];
                loss.Scores(trial, scores);
                next = loss.Value(trial, scores);
                // The last step is still taken, because it squares the small error that is left.
                if (last) return new(next <= value ? trial : beta, iteration, true);
                if (next <= value - 1e-4 * length * decrement) break;
                if (!(length * decrement > Rounding * (1 + Math.Abs(value))))
                    return new(beta, iteration, decrement <= 1000 * Rounding * (1 + Math.Abs(value)));
                length /= 2;
            }
            (beta, trial, value) = (trial, beta, next);
        }
        return new(beta, maxIterations, false);
    }
}
