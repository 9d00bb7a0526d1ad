namespace Idq.Learning;

/// <summary>In which rows a feature is missing; two features missing in the same rows have equal patterns.</summary>
sealed class MissingPattern : IEquatable<MissingPattern>
{
    readonly ulong[] bits;

    MissingPattern(ulong[] bits) => this.bits = bits;

    public static MissingPattern Of(ReadOnlySpan<double> values)
    {
        var bits = new ulong[(values.Length + 63) / 64];
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i])) bits[i / 64] |= 1ul << (i % 64);
        return new(bits);
    }

    public bool Equals(MissingPattern? other) => other is not null && bits.AsSpan().SequenceEqual(other.bits);

    public override bool Equals(object? obj) => Equals(obj as MissingPattern);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in bits) hash.Add(word);
        return hash.ToHashCode();
    }
}
