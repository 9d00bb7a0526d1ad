using Idq.Data.Tests.Sources;

namespace Idq.Data.Tests.Tables;

public sealed class TableFlavorTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public TableFlavorTests() => folder.Write("events.csv", "t,t_ns,c,a,b\n1001,5000000000,X,1,2\n1002.5,6000000000,Y,3,4\n");

    List<string> Load(params (string, string)[] given)
    {
        var options = new OptionTexts(folder.Path, given);
        using var source = SourceCatalogue.BuiltIn.Find("table")!.Read(options).Open(new(1, null));
        Assert.Empty(options.Problems);
        return Events.Of(Events.Read(source, Segment.FromSeconds(0, 2000)));
    }

    [Fact]
    public void A_table_is_read_with_the_columns_that_the_options_name()
    {
        Assert.Equal(["X 1001000000000 1", "Y 1002500000000 3"],
            Load(("files", "events.csv"), ("time", "t"), ("channel", "c"), ("columns", "t, a")));
        Assert.Equal(["X 5000000000 2", "Y 6000000000 4"],
            Load(("files", "events.csv"), ("time", "t_ns"), ("channel", "c"), ("columns", "b")));
        Assert.Equal(["Z 5000000000 1", "Z 6000000000 3"],
            Load(("query", "SELECT t_ns AS at, a FROM 'events.csv'"), ("time", "at"), ("time_unit", "ns"), ("channel", "=Z"),
                ("columns", "a")));
    }

    public void Dispose() => folder.Dispose();
}
