namespace Idq.Tracking;

/// <summary>
/// An INSERT for many rows, the fastest that an engine has: columns are set, <see cref="Next"/> ends a row, <see cref="Flush"/> sends what
/// is left. A column keeps its value from row to row until it is set again.
/// </summary>
abstract class RowInsert : IDisposable
{
    /// <summary>Sets an integer.</summary>
    public abstract void Set(int column, long value);

    /// <summary>Sets a number; a NaN stays one.</summary>
    public abstract void Set(int column, double value);

    /// <summary>Sets a text; null is NULL.</summary>
    public abstract void Set(int column, string? value);

    /// <summary>Sets NULL.</summary>
    public abstract void SetNull(int column);

    /// <summary>Sets a value of a metric; null is NULL.</summary>
    public void Set(int column, MetricValue? value)
    {
        if (value is not { } given) SetNull(column);
        else if (given.AsText is { } text) Set(column, text);
        else if (given.Type == typeof(double)) Set(column, given.AsDouble);
        else Set(column, given.AsInteger);
    }

    /// <summary>
    /// Ends a row. Until the next <see cref="Flush"/> no row may have the key of an earlier one, unless conflicts do nothing.
    /// </summary>
    public abstract void Next();

    /// <summary>Sends what is left; gives the number of rows that all rows since the last flush have changed.</summary>
    public abstract long Flush();

    /// <summary>Forgets rows of a caller that failed before its flush.</summary>
    public abstract void Reset();

    /// <inheritdoc/>
    public abstract void Dispose();
}
