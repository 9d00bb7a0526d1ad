namespace Idq;

/// <summary>What a <see cref="ColumnTransform"/> does to a value.</summary>
public static class ColumnTransforms
{
    /// <summary>The transformed value; NaN outside the transform's domain.</summary>
    public static double Apply(this ColumnTransform transform, double value) => transform switch
    {
        ColumnTransform.Identity => value,
        ColumnTransform.Log10 => value > 0 ? Math.Log10(value) : double.NaN,
        ColumnTransform.Log => value > 0 ? Math.Log(value) : double.NaN,
        ColumnTransform.Sqrt => Math.Sqrt(value),
        ColumnTransform.Abs => Math.Abs(value),
        _ => throw new ArgumentOutOfRangeException(nameof(transform), transform, "unknown transform"),
    };
}
