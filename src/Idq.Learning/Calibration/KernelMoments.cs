namespace Idq.Learning;

/// <summary>
/// Running sums over samples at every point of a regular grid on [0, 1]: all that a <see cref="ReflectedKernelDensity"/> is made of.
/// </summary>
/// <remarks>
/// With k the kernel and c its integral (<see cref="ReflectedKernel"/>): Σwk, Σ(wk)², Σwc, Σ(wc)². The last element of Σwc is the
/// normalisation Z. Adding k samples costs O(k·points), for many samples at once only O(k + points/bandwidth).
/// </remarks>
sealed record KernelMoments(double[] Pdf, double[] PdfSquared, double[] Cdf, double[] CdfSquared)
{
    public static KernelMoments Zero(int numPoints) =>
        new(new double[numPoints], new double[numPoints], new double[numPoints], new double[numPoints]);

    public KernelMoments Add(RankSamples samples, double bandwidth)
    {
        KernelMoments sum = new([.. Pdf], [.. PdfSquared], [.. Cdf], [.. CdfSquared]);
        if (KernelProxies.PayOff(samples.Count, bandwidth))
        {
            var proxies = KernelProxies.Of(samples.Ranks, samples.Weights, bandwidth);
            sum.Accumulate(proxies.Positions, proxies.Weights, proxies.SquaredWeights, bandwidth);
        }
        else
        {
            var squared = new double[samples.Count];
            for (var i = 0; i < squared.Length; i++) squared[i] = samples.Weights[i] * samples.Weights[i];
            sum.Accumulate(samples.Ranks, samples.Weights, squared, bandwidth);
        }
        return sum;
    }

    void Accumulate(double[] positions, double[] weights, double[] squaredWeights, double bandwidth)
    {
        var kernel = new ReflectedKernel(bandwidth);
        var last = Pdf.Length - 1;
        for (var i = 0; i < positions.Length; i++)
        {
            var (position, weight, squared) = (positions[i], weights[i], squaredWeights[i]);
            var upper = kernel.Upper(position);
            for (var g = 0; g <= last; g++)
            {
                var x = (double)g / last;
                var k = kernel.Value(x, position);
                var c = kernel.Integral(x, position, upper);
                Pdf[g] += weight * k;
                PdfSquared[g] += squared * k * k;
                Cdf[g] += weight * c;
                CdfSquared[g] += squared * c * c;
            }
        }
    }
}
