using Idq.Data;

namespace Idq.Streaming.Tests.Toys.Source;

/// <summary>The kind <c>ToyLog</c>.</summary>
sealed class ToyLogFlavor(ToyLog log) : SourceFlavor
{
    public override IReadOnlyList<string> Names { get; } = ["ToyLog"];

    public override string Meaning => "messages in memory";

    public override SourceDefinition Read(IOptionReader options)
    {
        var groups = options.List("groups", null, "the groups of channels that are read");
        foreach (var group in groups.Where(g => !log.Groups.ContainsKey(g)))
            options.Problem("groups", $"the log has no group '{group}'", $"it has {string.Join(", ", log.Groups.Keys)}");
        return new(SourceDefinition.KeyOf("toy", groups), _ =>
        {
            var source = new ToySource(log, groups);
            log.Sources.Add(source);
            return source;
        });
    }
}
