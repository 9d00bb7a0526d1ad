namespace Idq.Data;

/// <summary>LIGO_LW documents with a sngl_burst table.</summary>
sealed class LigoLwFlavor : SourceFlavor
{
    public override IReadOnlyList<string> Names { get; } = ["LigoLwClassifierData", "ligolw"];

    public override string Meaning => "sngl_burst tables of LIGO_LW documents, plain or gzip";

    public override SourceDefinition Read(IOptionReader options)
    {
        var files = EventFileOptions.Read(options);
        files.Require(options, "LigoLw");
        var columns = EventFileOptions.ReadColumns(options);
        return new(SourceDefinition.KeyOf("ligolw", files.Files, columns, files.Span),
            _ => new LigoLwSource(new(files.Files) { Span = files.Span, Columns = columns }));
    }
}
