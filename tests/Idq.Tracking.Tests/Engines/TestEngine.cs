namespace Idq.Tracking.Tests;

/// <summary>Where the stores of a test class live.</summary>
public enum TestEngine
{
    Sqlite,
    Postgres,
}
