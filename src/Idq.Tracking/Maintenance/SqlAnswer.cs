namespace Idq.Tracking;

/// <summary>What a query gave.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows: null, text, long, double, decimal, bool, or lists of these.</param>
/// <param name="IsCut">True when there were more rows than asked for.</param>
public sealed record SqlAnswer(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, bool IsCut);
