using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Ovl;

/// <summary>Lengths as the original program measured them: asked for, against their definition, and printed.</summary>
public sealed class ClassicFiguresTests
{
    // What a double of GPS seconds has below the point, and so what its sums have.
    const double UnitsPerSecond = 1 << 29;

    static OvlOptions Options(bool classic, OvlMetric metric = OvlMetric.EffByDt) =>
        new(
            "snr",
            thresholds: [20, 30, 40, 50, 60],
            windows: [5_000_000, 20_000_000, 60_000_000, 200_000_000],
            metric: metric,
            minima: new OvlMinima(1, 0.5),
            numRecalculate: 3,
            classic: classic
        );

    static OvlModel Train(Quiver quiver, OvlOptions options) =>
        (OvlModel)new OvlClassifier("o", options).Train(quiver, null, default).Model!;

    static string[][] Print(OvlModel model)
    {
        using var text = new StringWriter();
        model.WriteVetolist(text);
        return [.. text.ToString().Split('\n')[1..^1].Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    [Fact]
    public void They_are_in_a_model_only_when_they_were_asked_for_and_change_nothing_else() =>
        Prop.ForAll<ulong>(seed =>
        {
            var quiver = RandomRun.Make(seed);
            if (quiver.GlitchCount == 0) return;
            var (plain, classic) = (Train(quiver, Options(false)), Train(quiver, Options(true)));
            Assert.All(plain.Rows, r => Assert.Null(r.Classic));
            Assert.All(classic.Rows, r => Assert.NotNull(r.Classic));
            Assert.Equal(plain.Rows, classic.Rows.Select(r => r with { Classic = null }));
            Assert.DoesNotContain("classic", Encoding.UTF8.GetString(Samples.Bytes(plain)));
            Assert.Equal(plain.Rows.Count == 0, plain.Hash == classic.Hash);
            Assert.Equal(classic.Rows, ((OvlModel)ModelFile.Read(Samples.Bytes(classic)).Model).Rows);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void Lengths_are_those_of_windows_with_edges_in_double_precision() =>
        Prop.ForAll<ulong>(seed =>
        {
            var quiver = RandomRun.Make(seed);
            if (quiver.GlitchCount == 0) return;
            var left = SegmentList.Coalesce(
                quiver.Segments.Select(s => new Segment(Unit(s.Start.ToSeconds()), Unit(s.End.ToSeconds()))));
            foreach (var row in Train(quiver, Options(true)).Rows)
            {
                var vetoes = Vetoes(quiver, row.Configuration) & left;
                Assert.Equal(left.Livetime / UnitsPerSecond, row.Classic!.Value.Livetime);
                Assert.Equal(vetoes.Livetime / UnitsPerSecond, row.Classic.Value.Deadtime);
                left -= vetoes;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Theory]
    [InlineData(OvlMetric.EffByDt)]
    [InlineData(OvlMetric.PoissonSignificance)]
    [InlineData(OvlMetric.UsePercentage)]
    public void They_differ_from_the_exact_lengths_by_the_rounding_of_the_edges_only(OvlMetric metric)
    {
        var model = Train(RandomRun.Make(3, glitchCount: 60, noise: 40), Options(true, metric));
        Assert.NotEmpty(model.Rows);
        foreach (var row in model.Rows)
        {
            Assert.Equal(row.Counts.Livetime / 1e9, row.Classic!.Value.Livetime, 1e-4);
            Assert.Equal(row.Counts.Deadtime / 1e9, row.Classic.Value.Deadtime, 1e-4);
            Assert.Equal(row.ExpectedMetric, row.Classic.Value.ExpectedMetric, 1e-3 * (1 + row.ExpectedMetric));
        }
    }

    [Fact]
    public void Without_them_the_vetolist_prints_the_exact_figures()
    {
        var model = Train(RandomRun.Make(3, glitchCount: 60, noise: 40), Options(false));
        var lines = Print(model);
        Assert.Equal(model.Rows.Count, lines.Length);
        var (vetoed, triggers, deadtime) = (0L, 0L, 0m);
        foreach (var (row, words) in model.Rows.Zip(lines))
        {
            var counts = row.Counts;
            (vetoed, triggers) = (vetoed + counts.Vetoed, triggers + counts.Triggers);
            deadtime += decimal.Parse(words[6], CultureInfo.InvariantCulture);
            string[] expected =
            [
                Fixed(counts.Livetime / 1e9, 3), $"{counts.Glitches}", "0", row.Configuration.Channel, $"{row.Configuration.Threshold}",
                Fixed(row.Configuration.Window / 1e9, 3), Fixed(counts.Deadtime / 1e9, 3), $"{counts.Triggers}", Fixed(counts.Expected, 2),
                $"{counts.Vetoed}", Fixed(counts.PoissonSignificance, 2), Fixed(counts.UsePercentage, 6), Fixed(counts.Efficiency, 5),
                Fixed((double)counts.Deadtime / counts.Livetime, 5), Fixed(counts.EffByDt, 4), $"{vetoed}", Fixed((double)deadtime, 3),
                $"{triggers}", Fixed(row.ExpectedMetric, 4),
            ];
            Assert.Equal(expected, words);
        }
    }

    [Fact]
    public void With_and_without_them_the_vetolist_has_the_same_lines_and_counts()
    {
        var quiver = RandomRun.Make(5, glitchCount: 60, noise: 40);
        var (plain, classic) = (Print(Train(quiver, Options(false))), Print(Train(quiver, Options(true))));
        int[] exact = [1, 2, 3, 4, 5, 7, 9, 11, 12, 15, 17];
        foreach (var (a, b) in plain.Zip(classic))
            Assert.Equal(exact.Select(c => a[c]), exact.Select(c => b[c]));
    }

    static string Fixed(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    static GpsTime Unit(double seconds) => new((long)(seconds * UnitsPerSecond));

    static SegmentList Vetoes(Quiver quiver, OvlConfiguration configuration)
    {
        var run = quiver.Data.Triggers(quiver.Data.Channels.Find(configuration.Channel));
        var half = configuration.Window / 1e9;
        var windows = new List<Segment>();
        for (var i = 0; i < run.Count; i++)
        {
            var seconds = new GpsTime(run.Times[i]).ToSeconds();
            if (run.Column(0)[i] >= configuration.Threshold) windows.Add(new(Unit(seconds - half), Unit(seconds + half)));
        }
        return SegmentList.Coalesce(windows);
    }
}
