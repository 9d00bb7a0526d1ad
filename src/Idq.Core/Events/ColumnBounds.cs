namespace Idq;

/// <summary>Keeps events whose column lies in [<see cref="Min"/>, <see cref="Max"/>], ends included. NaN lies in no bounds.</summary>
/// <param name="Column">A feature column by name.</param>
/// <param name="Min">Lower end; may be −∞.</param>
/// <param name="Max">Upper end; may be +∞.</param>
public readonly record struct ColumnBounds(string Column, double Min, double Max)
{
    /// <summary>True when the value lies inside, ends included.</summary>
    public bool Contains(double value) => value >= Min && value <= Max;
}
