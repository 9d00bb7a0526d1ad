using Idq.Data.Parquet;

namespace Idq.Streaming;

/// <summary>Quivers in Parquet: the format that calibration and summaries read.</summary>
/// <param name="compression">Of the columns.</param>
public sealed class ParquetQuiverWriter(ParquetCompression compression) : IQuiverWriter
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<IQuiverWriter> Flavor { get; } = new(["QuiverReporter", "ParquetReporter"], "Parquet", options =>
    {
        var compression = ProductFiles.ReadCompression(options);
        return () => new ParquetQuiverWriter(compression);
    });

    /// <inheritdoc/>
    public void Write(EvaluatedQuiver quiver, ProductOutput output) =>
        output.AddFile("parquet", path => ProductFiles.WriteQuiver(path, quiver, compression));
}
