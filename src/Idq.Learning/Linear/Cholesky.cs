namespace Idq.Learning;

/// <summary>The factor L of a symmetric positive definite matrix A = L Lᵀ, each given by its lower triangle.</summary>
static class Cholesky
{
    /// <summary>Overwrites A by L. A direction without curvature gets an infinite pivot: no solution moves along it.</summary>
    public static void Factor(double[][] a)
    {
        var largest = 0.0;
        for (var j = 0; j < a.Length; j++) largest = Math.Max(largest, a[j][j]);
        for (var j = 0; j < a.Length; j++)
            for (var k = 0; k <= j; k++)
            {
                var sum = a[j][k] - LogisticLoss.Dot(a[j].AsSpan(0, k), a[k].AsSpan(0, k));
                if (k < j) a[j][k] = sum / a[k][k];
                else a[j][j] = sum > largest * 1e-18 ? Math.Sqrt(sum) : double.PositiveInfinity;
            }
    }

    /// <summary>Solves L z = b; b and z may be one array.</summary>
    public static void SolveLower(double[][] factor, ReadOnlySpan<double> b, Span<double> z)
    {
        for (var j = 0; j < z.Length; j++) z[j] = (b[j] - LogisticLoss.Dot(factor[j].AsSpan(0, j), z[..j])) / factor[j][j];
    }

    /// <summary>Solves L Lᵀ x = b.</summary>
    public static void Solve(double[][] factor, double[] b, double[] x)
    {
        SolveLower(factor, b, x);
        for (var j = x.Length - 1; j >= 0; j--)
        {
            x[j] /= factor[j][j];
            for (var k = 0; k < j; k++) x[k] -= factor[j][k] * x[j];
        }
    }
}
