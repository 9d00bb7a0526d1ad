namespace Idq.Data.DuckDb;

/// <summary>DuckDB refused. The first line of the message says what is wrong; further lines show where in the SQL.</summary>
/// <param name="message">DuckDB's message.</param>
public sealed class DuckException(string message) : Exception(message)
{
    /// <summary>The first line of the message, enough for an operator.</summary>
    public string Summary => Message.Split('\n', 2)[0];
}
