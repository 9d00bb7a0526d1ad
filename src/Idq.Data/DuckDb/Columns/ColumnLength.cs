namespace Idq.Data.DuckDb.Columns;

/// <summary>The one rule about lengths inside a column.</summary>
static class ColumnLength
{
    internal static void Check(string name, int length, ReadOnlyMemory<bool> present)
    {
        if (!present.IsEmpty && present.Length != length)
            throw new ArgumentException($"Column '{name}' has {length} values but {present.Length} marks of presence.", nameof(present));
    }
}
