namespace Idq.EndToEnd.Tests.RealData;

/// <summary>etc/ovl-kw.ini: the list that the original OVL made of the same triggers.</summary>
public sealed class OvlReferenceTests
{
    [SharedFact]
    public async Task The_reference_veto_list_comes_out_line_by_line()
    {
        using var analysis = new Analysis(Repository.Path("etc", "ovl-kw.ini"), "general:tag=mock");
        var trained = await analysis.JsonAsync("train", "--gps-start", "1126000000", "--gps-end", "1126020000", "--initial-lookback", "0");
        Assert.Equal("train", trained.GetProperty("job").GetString());
        Assert.Equal(20_000, trained.GetProperty("livetime").GetInt64());
        var product = Assert.Single(trained.GetProperty("products").EnumerateArray());
        var model = Path.Combine(analysis.Products, product.GetProperty("path").GetString()!);
        var list = (await StreamProgram.RunAsync("model", "show", model, "--format", "vetolist")).Done;
        Assert.Equal(File.ReadLines(SharedData.Path("ovl", "reference.vetolist.eval")), list.Lines);
    }
}
