using System.Runtime.Intrinsics;

namespace Idq.Data;

/// <summary>Uniform numbers in the interval (0, 1): multiples of 2⁻⁵² plus half a step, so that no logarithm is infinite.</summary>
static class OpenUniform
{
    const double Step = 1.0 / (1ul << 52);

    public static double Next(ref CounterRandom random) => ((random.NextUInt64() >> 12) + 0.5) * Step;

    public static Vector256<double> NextFour(ref CounterRandom random)
    {
        var a = random.NextUInt64();
        var b = random.NextUInt64();
        var c = random.NextUInt64();
        var d = random.NextUInt64();
        // 52 random bits as the fraction of a number give [1, 2); one is subtracted and half a step added.
        var bits = Vector256.Create(a, b, c, d) >>> 12 | Vector256.Create(0x3FF0000000000000ul);
        return bits.AsDouble() - Vector256.Create(1 - Step / 2);
    }
}
