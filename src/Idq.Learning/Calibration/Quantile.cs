using System.Diagnostics.CodeAnalysis;

namespace Idq.Learning;

/// <summary>A quantile is asked for by a probability in [0, 1].</summary>
static class Quantile
{
    public static void ThrowIfOutside(double q)
    {
        if (q is not (>= 0 and <= 1)) Throw(q);
    }

    [DoesNotReturn]
    static void Throw(double q) =>
        throw new ArgumentOutOfRangeException(nameof(q), q, "a quantile is asked for by a probability in [0, 1]");
}
