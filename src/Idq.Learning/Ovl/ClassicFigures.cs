namespace Idq.Learning;

/// <summary>
/// What the original OVL would have measured for a line: its window edges were GPS seconds in double precision, which are a quarter of a
/// microsecond apart, and that changes the last digits that it printed.
/// </summary>
/// <remarks>
/// Measured only with <see cref="OvlOptions.Classic"/>, and printed in the vetolist only; order, ranks and every other figure come from
/// exact nanoseconds.
/// </remarks>
/// <param name="Livetime">Livetime that remained, in seconds.</param>
/// <param name="Deadtime">Seconds of it vetoed.</param>
/// <param name="ExpectedMetric">The metric in the last training run.</param>
public readonly record struct ClassicFigures(double Livetime, double Deadtime, double ExpectedMetric);
