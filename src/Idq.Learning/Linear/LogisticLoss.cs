using System.Runtime.Intrinsics;

namespace Idq.Learning;

/// <summary>
/// The penalised negative log-likelihood of a logistic regression, Σ w (ln(1 + eˢ) − y s) + ½ λ Σ β², with an unpenalised intercept as the
/// last coordinate.
/// </summary>
/// <remarks>Every sum runs in a fixed order, on whatever thread it runs, so that the result does not depend on their number.</remarks>
sealed class LogisticLoss(double[][] columns, byte[] labels, double[] weights, double l2, CancellationToken cancellationToken)
{
    const int Block = 2048;
    readonly int rows = labels.Length;

    /// <summary>Number of coordinates: the columns and the intercept.</summary>
    public int Size { get; } = columns.Length + 1;

    /// <summary>Scores s = β·x + intercept of every row.</summary>
    public void Scores(double[] beta, double[] scores)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Parallel.For(0, (rows + Block - 1) / Block, block =>
        {
            var (from, to) = (block * Block, Math.Min(rows, (block + 1) * Block));
            var part = scores.AsSpan(from..to);
            part.Fill(beta[^1]);
            for (var c = 0; c < columns.Length; c++)
            {
                if (beta[c] == 0) continue;
                var x = columns[c].AsSpan(from..to);
                for (var i = 0; i < part.Length; i++) part[i] += beta[c] * x[i];
            }
        });
    }

    /// <summary>The loss at given scores.</summary>
    public double Value(double[] beta, double[] scores)
    {
        double sum = 0;
        for (var i = 0; i < rows; i++) sum += weights[i] * Softplus(labels[i] == Label.Glitch ? -scores[i] : scores[i]);
        double squares = 0;
        for (var c = 0; c < columns.Length; c++) squares += beta[c] * beta[c];
        return sum + 0.5 * l2 * squares;
    }

    /// <summary>The gradient at given scores.</summary>
    public void Gradient(double[] beta, double[] scores, double[] gradient)
    {
        var residuals = new double[rows];
        double total = 0;
        for (var i = 0; i < rows; i++)
        {
            // σ(s) − 1 is −σ(−s), and would lose its digits by cancellation where s is large.
            residuals[i] = weights[i] * (labels[i] == Label.Glitch ? -LinearModel.Sigmoid(-scores[i]) : LinearModel.Sigmoid(scores[i]));
            total += residuals[i];
        }
        Parallel.For(0, columns.Length, c => gradient[c] = Dot(residuals, columns[c]) + l2 * beta[c]);
        gradient[^1] = total;
    }

    /// <summary>Room for <see cref="Hessian"/>.</summary>
    public double[][] NewHessian() => [.. Enumerable.Range(1, Size).Select(k => new double[k])];

    /// <summary>The lower triangle of the matrix of second derivatives at given scores.</summary>
    public void Hessian(double[] scores, double[][] hessian)
    {
        var curvature = new double[rows];
        double total = 0;
        for (var i = 0; i < rows; i++)
        {
            curvature[i] = weights[i] * LinearModel.Sigmoid(scores[i]) * LinearModel.Sigmoid(-scores[i]);
            total += curvature[i];
        }
        Parallel.For(0, columns.Length, j =>
        {
            var weighted = new double[rows];
            double sum = 0;
            for (var i = 0; i < rows; i++) sum += weighted[i] = curvature[i] * columns[j][i];
            for (var k = 0; k <= j; k++) hessian[j][k] = Dot(weighted, columns[k]);
            hessian[j][j] += l2;
            hessian[^1][j] = sum;
        });
        hessian[^1][^1] = total;
    }

    /// <summary>
    /// Σ a b over spans of one length; always 256 bits wide, so that the order of the sum does not depend on the processor.
    /// </summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector256<double>.Zero;
        var i = 0;
        for (; i + 4 <= a.Length; i += 4) sum += Vector256.Create(a.Slice(i, 4)) * Vector256.Create(b.Slice(i, 4));
        var result = sum[0] + sum[1] + sum[2] + sum[3];
        for (; i < a.Length; i++) result += a[i] * b[i];
        return result;
    }

    /// <summary>The score of every row by a fit to all the others.</summary>
    /// <param name="beta">Where the loss is least.</param>
    /// <remarks>
    /// One Newton step of the fit without the row: s + ℓ′h/(1 − ℓ″h), ℓ being the row's own part of the loss as a function of s, and h =
    /// xᵀH⁻¹x with the matrix H of second derivatives of the whole loss (D. Pregibon, Logistic regression diagnostics, 1981). Costs as
    /// much as one more step of <see cref="NewtonFit"/>.
    /// </remarks>
    public double[] LeaveOneOutScores(double[] beta)
    {
        var (scores, factor) = (new double[rows], NewHessian());
        Scores(beta, scores);
        Hessian(scores, factor);
        Cholesky.Factor(factor);
        Parallel.For(0, (rows + Block - 1) / Block, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var x = new double[Size];
            for (var i = block * Block; i < Math.Min(rows, (block + 1) * Block); i++)
            {
                for (var c = 0; c < columns.Length; c++) x[c] = columns[c][i];
                x[^1] = 1;
                Cholesky.SolveLower(factor, x, x);
                var (leverage, p) = (Dot(x, x), LinearModel.Sigmoid(scores[i]));
                var slope = labels[i] == Label.Glitch ? p - 1 : p;
                scores[i] += weights[i] * slope * leverage / Math.Max(1e-9, 1 - weights[i] * p * (1 - p) * leverage);
            }
        });
        return scores;
    }

    // ln(1 + eˢ) to the last digits: the rounding of a plain logarithm near 1 is larger than what the last steps gain.
    static double Softplus(double s)
    {
        var e = Math.Exp(-Math.Abs(s));
        var sum = 1 + e;
        return Math.Max(s, 0) + (sum == 1 ? e : Math.Log(sum) * (e / (sum - 1)));
    }
}
