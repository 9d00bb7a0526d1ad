namespace Idq.Cli;

/// <summary>How results are printed on standard output.</summary>
public enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>Comma-separated values, where the result is a table.</summary>
    Csv,
}
