namespace Idq.Tracking;

/// <summary>A column of an INSERT for many rows.</summary>
/// <param name="Name">Its name, quoted where SQL wants that.</param>
/// <param name="Type">double, long or string.</param>
readonly record struct RowColumn(string Name, Type Type)
{
    /// <summary>A column of integers.</summary>
    public static RowColumn Integer(string name) => new(name, typeof(long));

    /// <summary>A column of doubles.</summary>
    public static RowColumn Number(string name) => new(name, typeof(double));

    /// <summary>A column of text.</summary>
    public static RowColumn Text(string name) => new(name, typeof(string));
}
