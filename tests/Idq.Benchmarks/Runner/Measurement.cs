namespace Idq.Benchmarks;

/// <summary>Measures what one goal speaks of.</summary>
/// <param name="goal">P1 to P12.</param>
/// <param name="title">What it is about.</param>
abstract class Measurement(string goal, string title)
{
    public string Goal => goal;

    public string Title => title;

    /// <summary>The rows that it adds to the table.</summary>
    public abstract Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab);
}
