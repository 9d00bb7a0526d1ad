namespace Idq;

/// <summary>How bad a problem of a configuration is.</summary>
public enum Severity
{
    /// <summary>The program runs, and somebody should look.</summary>
    Warning,

    /// <summary>The program does not run.</summary>
    Error,
}
