namespace Idq.Data.DuckDb;

/// <summary>A named, typed column of a result, or a field of a STRUCT.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
public sealed record DuckField(string Name, DuckColumnType Type);
