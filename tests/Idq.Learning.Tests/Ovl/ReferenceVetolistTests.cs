namespace Idq.Learning.Tests.Ovl;

public sealed class ReferenceVetolistTests
{
    static string Reference => File.ReadAllText(SharedData.Path("ovl", "reference.vetolist.eval"));

    static OvlModel Train(OvlOptions options, ClassifierModel? previous = null) =>
        (OvlModel)new OvlClassifier("ovl", options).Train(KleineWelleRun.Read(), previous, default).Model!;

    static string Print(OvlModel model)
    {
        using var text = new StringWriter();
        model.WriteVetolist(text);
        return text.ToString();
    }

    [SharedFact]
    public void The_list_of_the_original_is_reproduced_to_the_last_character() =>
        Assert.Equal(Reference, Print(Train(KleineWelleRun.Options())));

    [SharedFact]
    public void It_is_the_same_list_from_the_models_file() =>
        Assert.Equal(Reference, Print((OvlModel)ModelFile.Read(Samples.Bytes(Train(KleineWelleRun.Options()))).Model));

    [SharedFact]
    public void Exact_lengths_differ_from_the_originals_by_its_rounding_only()
    {
        foreach (var row in Train(KleineWelleRun.Options()).Rows)
        {
            // Each edge is off by half of 2⁻²² s at most, and two edges make a window.
            var windows = row.Counts.Deadtime / (double)row.Configuration.Window + 2000;
            Assert.Equal(row.Counts.Deadtime / 1e9, row.Classic!.Value.Deadtime, windows / (1 << 22));
            var fraction = (double)row.Counts.Deadtime / row.Counts.Livetime;
            Assert.Equal(row.Counts.EffByDt, row.Counts.Efficiency / fraction, 1e-9 * row.Counts.EffByDt);
        }
    }

    [SharedFact]
    public void The_channels_that_were_made_to_follow_the_target_come_first()
    {
        var importance = Train(KleineWelleRun.Options()).Importance;
        Assert.All(importance.Take(5), i => Assert.True(string.CompareOrdinal(i.Name, "L1_AUX0010") < 0, i.Name));
    }

    [SharedFact]
    public void The_greedy_order_descends_and_vetoes_no_less()
    {
        var (plain, greedy) = (Train(KleineWelleRun.Options()), Train(KleineWelleRun.Options(optimize: true)));
        Assert.Equal(plain.Rows.Select(r => r.Configuration).ToHashSet(), greedy.Rows.Select(r => r.Configuration).ToHashSet());
        Assert.Equal(plain.Rows.Sum(r => r.Counts.Vetoed), greedy.Rows.Sum(r => r.Counts.Vetoed));
        Assert.Equal(plain.Rows.Sum(r => r.Counts.Deadtime), greedy.Rows.Sum(r => r.Counts.Deadtime));
    }

    [SharedFact]
    public void A_warm_start_on_the_same_data_ends_at_the_same_glitches()
    {
        var scratch = Train(KleineWelleRun.Options());
        var warm = Train(KleineWelleRun.Options(mode: OvlMode.Incremental), scratch);
        Assert.InRange(warm.Rows.Sum(r => r.Counts.Vetoed), 0.95 * scratch.Rows.Sum(r => r.Counts.Vetoed), 342);
    }

    [Theory]
    [InlineData(OvlMetric.EffByDt, "eff/dt_exp")]
    [InlineData(OvlMetric.PoissonSignificance, "vsig_exp")]
    [InlineData(OvlMetric.UsePercentage, "useP_exp")]
    public void The_last_column_says_which_metric_was_expected(OvlMetric metric, string name)
    {
        var lines = Print((OvlModel)new OvlClassifier("ovl", RandomRun.Options(metric)).Train(RandomRun.Make(3), null, default).Model!)
            .Split('\n');
        Assert.EndsWith("  " + name, lines[0]);
        Assert.True(lines.Length > 2);
        Assert.All(lines[1..^1], l => Assert.Equal(19, l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal("", lines[^1]);
    }
}
