namespace Idq.Data.Tests.DuckDb;

/// <summary>Tests that measure memory or stop the world run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
