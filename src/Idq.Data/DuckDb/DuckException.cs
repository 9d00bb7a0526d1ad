namespace Idq.Data.DuckDb;

/// <summary>
/// DuckDB refused: the first line of the message is DuckDB's own and says what is wrong; the following lines, if any, show where in the SQL.
/// </summary>
public sealed class DuckException : Exception
{
    /// <param name="message">DuckDB's message.</param>
    public DuckException(string message) : base(message)
    {
    }

    /// <summary>The first line of the message, enough for an operator.</summary>
    public string Summary => Message.Split('\n', 2)[0];
}
