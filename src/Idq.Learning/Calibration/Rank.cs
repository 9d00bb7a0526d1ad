using System.Diagnostics.CodeAnalysis;

namespace Idq.Learning;

/// <summary>A rank is a number in [0, 1]; more means more like a glitch.</summary>
static class Rank
{
    public static bool IsInside(double rank) => rank is >= 0 and <= 1;

    public static void ThrowIfOutside(double rank, string name)
    {
        if (!IsInside(rank)) Throw(rank, name);
    }

    [DoesNotReturn]
    static void Throw(double rank, string name) => throw new ArgumentOutOfRangeException(name, rank, "a rank lies in [0, 1]");
}
