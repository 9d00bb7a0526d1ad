namespace Idq.Learning;

/// <summary>Solves a symmetric positive definite system in place.</summary>
static class Cholesky
{
    /// <summary>Solves A x = b, A given by its lower triangle, which is overwritten. A direction without curvature gets no step.</summary>
    public static void Solve(double[][] a, double[] b, double[] x)
    {
        var n = b.Length;
        var largest = 0.0;
        for (var j = 0; j < n; j++) largest = Math.Max(largest, a[j][j]);
        for (var j = 0; j < n; j++)
        {
            for (var k = 0; k <= j; k++)
            {
                var sum = a[j][k];
                ReadOnlySpan<double> rowJ = a[j].AsSpan(0, k), rowK = a[k].AsSpan(0, k);
                for (var m = 0; m < k; m++) sum -= rowJ[m] * rowK[m];
                if (k < j) a[j][k] = sum / a[k][k];
                else a[j][j] = sum > largest * 1e-18 ? Math.Sqrt(sum) : double.PositiveInfinity;
            }
        }
        for (var j = 0; j < n; j++)
        {
            var sum = b[j];
            for (var k = 0; k < j; k++) sum -= a[j][k] * x[k];
            x[j] = sum / a[j][j];
        }
        for (var j = n - 1; j >= 0; j--)
        {
            var sum = x[j];
            for (var k = j + 1; k < n; k++) sum -= a[k][j] * x[k];
            x[j] = sum / a[j][j];
        }
    }
}
