using System.IO.Enumeration;

namespace Idq;

/// <summary>Features of many times: one contiguous column a feature, and for every channel whether it had a trigger.</summary>
/// <remarks>Feature names are "channel-column"; the time column gives "channel-delta_time" in seconds.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class FeatureMatrix
{
    readonly double[] values;
    readonly byte[] present;

    /// <summary>A matrix over column-major values: feature f of row r is values[f · rows + r].</summary>
    /// <exception cref="ArgumentException">The number of values does not fit.</exception>
    public FeatureMatrix(IReadOnlyList<string> names, int rows, double[] values)
        : this(names, rows, values, [], [])
    {
    }

    /// <summary>A matrix that also knows which channels had a trigger: channel c of row r is present[c · rows + r].</summary>
    /// <exception cref="ArgumentException">The number of values or of marks does not fit.</exception>
    public FeatureMatrix(IReadOnlyList<string> names, int rows, double[] values, IReadOnlyList<string> channels, byte[] present)
    {
        if (values.LongLength != (long)names.Count * rows)
            throw new ArgumentException(
                $"{names.Count} features of {rows} rows need {(long)names.Count * rows} values, not {values.Length}",
                nameof(values)
            );
        if (present.LongLength != (long)channels.Count * rows)
            throw new ArgumentException(
                $"{channels.Count} channels of {rows} rows need {(long)channels.Count * rows} marks, not {present.Length}",
                nameof(present)
            );
        (Names, Rows, this.values, Channels, this.present) = (names, rows, values, channels, present);
    }

    /// <summary>Feature names in column order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of times.</summary>
    public int Rows { get; }

    /// <summary>The channels for which <see cref="Present"/> is known, in the order in which the features first name them.</summary>
    public IReadOnlyList<string> Channels { get; }

    /// <summary>The values of one feature at all times. Missing is NaN, unless the factory was given a default.</summary>
    public ReadOnlySpan<double> Column(int feature) => values.AsSpan(feature * Rows, Rows);

    /// <summary>For one channel at all times: 1 where a trigger was in the window, 0 where none was, whatever its columns say.</summary>
    public ReadOnlySpan<byte> Present(int channel) => present.AsSpan(channel * Rows, Rows);

    /// <summary>One value.</summary>
    public double this[int row, int feature] => values[feature * Rows + row];

    /// <summary>
    /// The features whose names match any of the patterns, in which * stands for any characters; in column order. What is known of
    /// channels stays.
    /// </summary>
    public FeatureMatrix Select(IReadOnlyList<string> patterns)
    {
        var kept = Enumerable
            .Range(0, Names.Count)
            .Where(f => patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, Names[f], ignoreCase: false)))
            .ToArray();
        if (kept.Length == Names.Count)
            return this;
        var selected = new double[kept.Length * Rows];
        for (var i = 0; i < kept.Length; i++) Column(kept[i]).CopyTo(selected.AsSpan(i * Rows));
        return new(Array.ConvertAll(kept, f => Names[f]), Rows, selected, Channels, present);
    }

    /// <summary>The matrices one below the other; all have the same features.</summary>
    /// <exception cref="ArgumentException">There is none, or they differ in their features or channels.</exception>
    public static FeatureMatrix Concatenate(IReadOnlyList<FeatureMatrix> parts)
    {
        if (parts.Count == 0) throw new ArgumentException("at least one matrix is needed", nameof(parts));
        if (parts.Count == 1) return parts[0];
        var (names, channels) = (parts[0].Names, parts[0].Channels);
        if (!parts.All(p => Same(p.Names, names) && Same(p.Channels, channels)))
            throw new ArgumentException("the matrices have different features", nameof(parts));
        var rows = parts.Sum(p => p.Rows);
        var values = new double[checked(names.Count * rows)];
        for (var f = 0; f < names.Count; f++)
        {
            var at = f * rows;
            foreach (var part in parts)
            {
                part.Column(f).CopyTo(values.AsSpan(at));
                at += part.Rows;
            }
        }
        var present = new byte[checked(channels.Count * rows)];
        for (var c = 0; c < channels.Count; c++)
        {
            var at = c * rows;
            foreach (var part in parts)
            {
                part.Present(c).CopyTo(present.AsSpan(at));
                at += part.Rows;
            }
        }
        return new(names, rows, values, channels, present);
    }

    static bool Same(IReadOnlyList<string> a, IReadOnlyList<string> b) =>
        ReferenceEquals(a, b) || a.SequenceEqual(b, StringComparer.Ordinal);
}
