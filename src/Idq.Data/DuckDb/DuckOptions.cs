namespace Idq.Data.DuckDb;

/// <summary>How a database is opened.</summary>
public sealed record DuckOptions
{
    /// <summary>Worker threads; <see langword="null"/> leaves DuckDB's choice (all processors).</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public int? Threads { get; init; }

    /// <summary>A limit as DuckDB writes it, such as <c>2GB</c>; <see langword="null"/> leaves DuckDB's choice (80 % of memory).</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public string? MemoryLimit { get; init; }

    /// <summary>
    /// One thread: floating-point sums and the like then come out the same in every run. Files written by
    /// <see cref="Parquet.ParquetWriter"/> and rows read in order are the same with any number of threads.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool Deterministic { get; init; }

    /// <summary>Where queries larger than memory spill; <see langword="null"/> forbids spilling.</summary>
    /// <value>The default value is <see langword="null"/>.</value>
    public string? TemporaryDirectory { get; init; }
}
