namespace Idq.Data;

/// <summary>KleineWelle text.</summary>
sealed class KleineWelleFlavor : SourceFlavor
{
    public override IReadOnlyList<string> Names { get; } = ["KWClassifierData", "KWMClassifierData", "KWSClassifierData", "kw"];

    public override string Meaning => "text files of the KleineWelle program, one channel or several a file";

    public override SourceDefinition Read(IOptionReader options)
    {
        var files = EventFileOptions.Read(options);
        files.Require(options, "KleineWelle");
        return new(SourceDefinition.KeyOf("kw", files.Files, files.Span),
            context => new KleineWelleSource(new(files.Files) { Span = files.Span, IsLive = context.Now is not null }));
    }
}
