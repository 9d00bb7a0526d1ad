namespace Idq.Learning;

/// <summary>
/// Running sums over samples at every point of a regular grid on [0, 1]: all that a <see cref="ReflectedKernelDensity"/> is made of.
/// </summary>
/// <remarks>
/// With k the kernel and c its integral (<see cref="ReflectedKernel"/>): Σwk, Σ(wk)², Σwc; and without any kernel Σw of the samples between
/// a grid point and the next. The last element of Σwc is the normalisation Z. Adding k samples costs O(k·points), for many samples at once
/// only O(k + points/bandwidth).
/// </remarks>
sealed record KernelMoments(double[] Pdf, double[] PdfSquared, double[] Cdf, double[] Cells)
{
    public static KernelMoments Zero(int numPoints) =>
        new(new double[numPoints], new double[numPoints], new double[numPoints], new double[numPoints]);

    public KernelMoments Add(RankSamples samples, double bandwidth)
    {
        KernelMoments sum = new([.. Pdf], [.. PdfSquared], [.. Cdf], [.. Cells]);
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
        var last = Pdf.Length - 1;
        for (var i = 0; i < samples.Count; i++) sum.Cells[(int)(samples.Ranks[i] * last)] += samples.Weights[i];
        return sum;
    }

    void Accumulate(double[] positions, double[] weights, double[] squaredWeights, double bandwidth)
    {
        var kernel = new ReflectedKernel(bandwidth);
        var last = Pdf.Length - 1;
        var reach = ReflectedKernel.Reach * bandwidth;
        for (var i = 0; i < positions.Length; i++)
        {
            var (position, weight, squared) = (positions[i], weights[i], squaredWeights[i]);
            if (position < reach || position > 1 - reach)
            {
                AccumulateReflected(kernel, position, weight, squared);
                continue;
            }
            // Far from both ends the kernel is 0 and its integral 0 or 1 outside the reach.
            var end = Math.Min(last, (int)((position + reach) * last)) + 1;
            for (var g = Math.Max(0, (int)((position - reach) * last)); g < end; g++)
            {
                var (k, c) = kernel.Unreflected((double)g / last, position);
                Add(g, k, c, weight, squared);
            }
            for (var g = end; g <= last; g++) Cdf[g] += weight;
        }
    }

    void AccumulateReflected(ReflectedKernel kernel, double position, double weight, double squared)
    {
        var last = Pdf.Length - 1;
        var upper = kernel.Upper(position);
        for (var g = 0; g <= last; g++)
        {
            var x = (double)g / last;
            Add(g, kernel.Value(x, position), kernel.Integral(x, position, upper), weight, squared);
        }
    }

    void Add(int g, double k, double c, double weight, double squared)
    {
        Pdf[g] += weight * k;
        PdfSquared[g] += squared * k * k;
        Cdf[g] += weight * c;
    }
}
