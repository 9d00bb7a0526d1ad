namespace Idq.Learning;

/// <summary>
/// A few weighted points that stand for many samples in every sum of a smooth kernel: Chebyshev nodes in boxes two bandwidths wide.
/// </summary>
/// <remarks>
/// A kernel of bandwidth b, its square, its integral and that integral's square are analytic in the sample's position on the scale of b, so
/// inside a box they equal their Chebyshev interpolant: Σ_i w_i f(x_i) = Σ_m W_m f(t_m) with W_m = Σ_i w_i ℓ_m(x_i). With 28
/// nodes in 2b the interpolation error is below the rounding error. N samples cost O(N), and the sums afterwards O(nodes) per
/// evaluation, whatever N is. Weights of proxies may be negative.
/// </remarks>
sealed class KernelProxies
{
    const int NodesPerBox = 28;

    /// <summary>Chebyshev points of the second kind, ascending in [−1, 1].</summary>
    static readonly double[] Nodes =
        [.. Enumerable.Range(0, NodesPerBox).Select(m => -Math.Cos(Math.PI * m / (NodesPerBox - 1)))];

    KernelProxies(double[] positions, double[] weights, double[] squaredWeights, int[] starts) =>
        (Positions, Weights, SquaredWeights, Starts) = (positions, weights, squaredWeights, starts);

    /// <summary>Ascending by box; boxes without samples have no proxies.</summary>
    public double[] Positions { get; }

    /// <summary>Parallel to positions: the proxies of Σ w.</summary>
    public double[] Weights { get; }

    /// <summary>Parallel to positions: the proxies of Σ w².</summary>
    public double[] SquaredWeights { get; }

    /// <summary>Index of the first proxy of each box, and the end.</summary>
    int[] Starts { get; }

    /// <summary>True when proxies make less work than the samples themselves.</summary>
    public static bool PayOff(int samples, double bandwidth) => samples > 2 * NodesPerBox * Boxes(bandwidth);

    /// <summary>Replaces samples in any order.</summary>
    public static KernelProxies Of(ReadOnlySpan<double> ranks, ReadOnlySpan<double> weights, double bandwidth)
    {
        var boxes = Boxes(bandwidth);
        var width = 1.0 / boxes;
        var starts = new int[boxes + 1];
        foreach (var rank in ranks) starts[Box(rank, boxes) + 1] = NodesPerBox;
        for (var i = 0; i < boxes; i++) starts[i + 1] += starts[i];
        var (positions, plain, squared) = (new double[starts[^1]], new double[starts[^1]], new double[starts[^1]]);
        for (var box = 0; box < boxes; box++)
            for (var m = 0; m < starts[box + 1] - starts[box]; m++)
                positions[starts[box] + m] = (box + 0.5 + 0.5 * Nodes[m]) * width;
        Span<double> share = stackalloc double[NodesPerBox];
        for (var i = 0; i < ranks.Length; i++)
        {
            var box = Box(ranks[i], boxes);
            Shares((ranks[i] / width - box) * 2 - 1, share);
            var (first, weight) = (starts[box], weights[i]);
            for (var m = 0; m < NodesPerBox; m++)
            {
                plain[first + m] += weight * share[m];
                squared[first + m] += weight * weight * share[m];
            }
        }
        return new(positions, plain, squared, starts);
    }

    /// <summary>The proxies of every box that comes within <paramref name="distance"/> of x.</summary>
    public Range Near(double x, double distance)
    {
        var boxes = Starts.Length - 1;
        return Starts[Box(Math.Max(0, x - distance), boxes)]..Starts[Box(Math.Min(1, x + distance), boxes) + 1];
    }

    static int Boxes(double bandwidth) => Math.Max(1, (int)Math.Ceiling(0.5 / bandwidth));

    static int Box(double rank, int boxes) => Math.Min(boxes - 1, (int)(rank * boxes));

    /// <summary>The Lagrange polynomials of the nodes at y, by the barycentric formula (Berrut and Trefethen 2004).</summary>
    static void Shares(double y, Span<double> share)
    {
        double sum = 0;
        var sign = 0.5;
        for (var m = 0; m < NodesPerBox; m++)
        {
            var distance = y - Nodes[m];
            if (distance == 0)
            {
                share.Clear();
                share[m] = 1;
                return;
            }
            sum += share[m] = (m == NodesPerBox - 1 ? 0.5 * sign : sign) / distance;
            sign = m == 0 ? -1 : -sign;
        }
        for (var m = 0; m < NodesPerBox; m++) share[m] /= sum;
    }
}
