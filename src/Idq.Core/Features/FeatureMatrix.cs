namespace Idq;

/// <summary>Features of many times: one contiguous column a feature.</summary>
/// <remarks>Feature names are "channel-column"; the time column gives "channel-delta_time" in seconds.</remarks>
public sealed class FeatureMatrix
{
    readonly double[] values;

    /// <summary>A matrix over column-major values: feature f of row r is values[f · rows + r].</summary>
    public FeatureMatrix(IReadOnlyList<string> names, int rows, double[] values)
    {
        if (values.Length != names.Count * rows) throw new ArgumentException($"{names.Count} features of {rows} rows need {names.Count * rows} values, not {values.Length}", nameof(values));
        (Names, Rows, this.values) = (names, rows, values);
    }

    /// <summary>Feature names in column order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of times.</summary>
    public int Rows { get; }

    /// <summary>The values of one feature at all times. Missing is NaN, unless the factory was given a default.</summary>
    public ReadOnlySpan<double> Column(int feature) => values.AsSpan(feature * Rows, Rows);

    /// <summary>One value.</summary>
    public double this[int row, int feature] => values[feature * Rows + row];

    /// <summary>The matrices one below the other; all have the same features.</summary>
    public static FeatureMatrix Concatenate(IReadOnlyList<FeatureMatrix> parts)
    {
        var names = parts[0].Names;
        var rows = parts.Sum(p => p.Rows);
        var values = new double[names.Count * rows];
        for (var f = 0; f < names.Count; f++)
        {
            var at = f * rows;
            foreach (var part in parts)
            {
                part.Column(f).CopyTo(values.AsSpan(at));
                at += part.Rows;
            }
        }
        return new(names, rows, values);
    }
}
