namespace Idq;

/// <summary>
/// A counter-based generator: the n-th number of a key is a pure function of the key and n, so that what is drawn for one GPS second
/// never depends on what was drawn for another.
/// </summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood 2014): the output is a bijective mix of key + n·φ. Not for cryptography.</remarks>
public struct CounterRandom
{
    const ulong Gamma = 0x9E3779B97F4A7C15;
    ulong state;

    /// <summary>The sequence of a seed, a stream number (what is drawn), and a counter (for example the GPS second).</summary>
    public CounterRandom(ulong seed, ulong stream, long counter) =>
        state = Mix(Mix(Mix(seed + Gamma) ^ stream) + unchecked((ulong)counter) * Gamma);

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64() => Mix(state += Gamma);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform in [0, <paramref name="bound"/>), by Lemire's multiplication; the bias is below 2⁻⁶⁴·bound.</summary>
    public long NextLong(long bound) => (long)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Exponential of mean 1.</summary>
    public double NextExponential() => -Math.Log(1 - NextDouble());

    /// <summary>A stable 64-bit number for a text: FNV-1a over UTF-16 units, mixed. Keys streams by name.</summary>
    public static ulong Hash(string text)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var c in text) hash = (hash ^ c) * 0x100000001b3;
        return Mix(hash);
    }

    /// <summary>A bijective mix of 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
