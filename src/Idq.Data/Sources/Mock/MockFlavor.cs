namespace Idq.Data;

/// <summary>Simulated triggers.</summary>
public sealed class MockFlavor : SourceFlavor
{
    public override IReadOnlyList<string> Names { get; } = ["MockClassifierData", "mock"];

    public override string Meaning => "triggers simulated from a description of streams, witnesses and noise";

    public override SourceDefinition Read(IOptionReader options)
    {
        var config = options.ExistingFile("config", "the simulation's INI file (mock only)");
        if (options.IsGiven && config is null && !options.Gives("config"))
            options.Problem("flavor", "a mock source needs 'config'", "name the simulation's INI file");
        return new(SourceDefinition.KeyOf("mock", config), context => config is null
            ? throw new DataException("a mock source needs 'config'")
            : new MockSource(config, context.Seed, context.Now))
        {
            Check = () => config is null ? [] : Check(config),
        };
    }

    static IReadOnlyList<SourceProblem> Check(string config)
    {
        try
        {
            return [.. MockDefinition.Read(IniDocument.Load(config)).Problems
                .Select(p => new SourceProblem(config, p.Section, p.Key, p.Line, p.Message, p.Suggestion))];
        }
        catch (DataException e)
        {
            return [new(config, null, null, null, e.Message, "")];
        }
    }
}
