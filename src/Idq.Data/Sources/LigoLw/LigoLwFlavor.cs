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
        return new Definition(files, EventFileOptions.ReadColumns(options));
    }

    sealed class Definition(EventFileOptions files, IReadOnlyList<string>? columns) : SourceDefinition
    {
        public override string Key => KeyOf("ligolw", files.Files, columns, files.Span);

        public override IEventSource Open(SourceContext context) =>
            new LigoLwSource(new LigoLwOptions(files.Files) { Span = files.Span, Columns = columns });
    }
}
