namespace Idq.Cli;

/// <summary>How results are printed on standard output.</summary>
public enum OutputFormat
{
    Text,

    Json,

    /// <summary>Comma-separated values, where the result is a table.</summary>
    Csv,
}
