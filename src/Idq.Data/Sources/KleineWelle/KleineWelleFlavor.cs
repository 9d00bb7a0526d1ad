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
        return new Definition(files);
    }

    sealed class Definition(EventFileOptions files) : SourceDefinition
    {
        public override string Key => KeyOf("kw", files.Files, files.Span);

        public override IEventSource Open(SourceContext context) =>
            new KleineWelleSource(new KleineWelleOptions(files.Files) { Span = files.Span });
    }
}
