using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Jobs;

/// <summary>The first rule of the house: the same events give the same answers however they are cut.</summary>
[Collection(nameof(Trained))]
public sealed class BatchEqualsStreamTests(Trained trained)
{
    static readonly string[] Nicknames = ["ovl", "linear", "random"];

    static IEnumerable<Stride> Strides(long[] cuts) =>
        cuts.Zip(cuts.Skip(1), (a, b) => new Segment(Trained.Range.Start + a, Trained.Range.Start + b)).Select((s, i) => new Stride(i, s));

    async Task<Dictionary<string, List<string>>> EvaluateAsync(long[] cuts, params string[] settings)
    {
        using var analysis = trained.Fresh(settings);
        using (var context = analysis.Context())
        using (var job = new EvaluateJob(context, Trained.Range))
            foreach (var stride in Strides(cuts)) await job.RunAsync(stride, CancellationToken.None);
        return Nicknames.ToDictionary(n => n, analysis.QuiverRows);
    }

    async Task<Dictionary<string, List<string>>> SeriesAsync(long[] cuts)
    {
        using var analysis = trained.Fresh();
        using (var context = analysis.Context())
        using (var job = new TimeseriesJob(context, Trained.Range))
            foreach (var stride in Strides(cuts)) await job.RunAsync(stride, CancellationToken.None);
        return Nicknames.ToDictionary(n => n, analysis.SeriesRows);
    }

    [Fact]
    public async Task Every_cut_gives_the_same_rows_and_ranks_bit_for_bit()
    {
        var whole = await EvaluateAsync([0, Trained.Range.Duration]);
        Assert.All(whole.Values, rows => Assert.True(rows.Count > 100));
        Assert.True(whole["ovl"].Select(r => r.Split(' ')[3]).Distinct(StringComparer.Ordinal).Count() > 1, "OVL vetoes something");
        // Where a cut can hurt: microseconds to milliseconds from a glitch and its witnesses.
        var glitches = whole["ovl"]
            .Select(r => r.Split(' '))
            .Where(r => r[1] == "1")
            .Select(r => long.Parse(r[0]) - Trained.Range.Start.Nanoseconds)
            .ToArray();
        var nearGlitches =
            from picks in Gen.Elements(glitches).ArrayOf(10)
            from offsets in Gen.Choose(-40_000, 40_000).ArrayOf(10)
            select picks
                .Zip(offsets, (t, o) => Math.Clamp(t + o * 1000L, 0, Trained.Range.Duration))
                .Concat([0, Trained.Range.Duration])
                .Distinct()
                .Order()
                .ToArray();
        Gen.OneOf(Generators.Cuts(Trained.Range.Duration, most: 10), nearGlitches, nearGlitches)
            .CheckAsync(
                async cuts =>
                {
                    var pieces = await EvaluateAsync(cuts);
                    foreach (var nickname in Nicknames)
                        Assert.Equal(whole[nickname], pieces[nickname]);
                },
                runs: 8
            );
    }

    [Fact]
    public async Task Every_cut_gives_the_same_series_bit_for_bit()
    {
        var whole = await SeriesAsync([0, Trained.Range.Duration]);
        Assert.All(whole.Values, rows => Assert.Equal(240 * 16, rows.Count));
        Assert.Contains(whole["ovl"], r => r.Split(' ')[1] == "1");
        Assert.Contains(whole["ovl"], r => r.Split(' ')[1] == "0");
        Generators.Cuts(Trained.Range.Duration, step: Gps.Second / 16, most: 10).CheckAsync(async cuts =>
        {
            var pieces = await SeriesAsync(cuts);
            foreach (var nickname in Nicknames) Assert.Equal(whole[nickname], pieces[nickname]);
        }, runs: 8);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("64")]
    [InlineData("0.75")]
    public async Task A_replay_of_any_stride_gives_the_rows_of_one_stride(string stride)
    {
        var range = stride == "0.75" ? Gps.Seg(140, 155) : Trained.Range;
        using var one = trained.Fresh($"evaluate stream:stride={GpsSeconds.Format(range.Duration)}");
        using var many = trained.Fresh("evaluate stream:stride=" + stride);
        await one.ReplayAsync(range, "evaluate");
        await many.ReplayAsync(range, "evaluate");
        foreach (var nickname in Nicknames) Assert.Equal(one.QuiverRows(nickname), many.QuiverRows(nickname));
    }

    [Fact]
    public async Task A_batch_has_the_rows_of_the_stream()
    {
        using var stream = trained.Fresh();
        await stream.ReplayAsync(Trained.Range, "evaluate");
        using var batch = new Analysis(Analysis.WithSegments);
        await new BatchRun(batch.Configuration, Clocks.Still, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            .RunAsync(new BatchRequest(Trained.Range, 2, 3, false, "f"), null, CancellationToken.None);
        // The models differ, so that ranks do; time, label and features do not.
        static string Row(string line) =>
            line.Split(' ', 4) is [var time, var label, var weight, var rest]
                ? $"{time} {label} {weight} {rest[rest.IndexOf('|', StringComparison.Ordinal)..]}"
                : line;
        Assert.Equal(
            stream.QuiverRows("linear").Select(Row).Order(StringComparer.Ordinal),
            batch.QuiverRows("linear").Select(Row).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_model_of_many_strides_is_the_model_of_one()
    {
        async Task<string[]> HashesAsync(string stride)
        {
            using var analysis = new Analysis([
                .. Analysis.WithSegments,
                "train stream:min_new_samples=150",
                "train stream:stride=" + stride,
            ]);
            await analysis.ReplayAsync(Gps.Seg(0, 192), "train");
            // Until the first training nothing differs but the cut.
            return analysis.Products("model").Select(p => $"{p.Nickname} {p.Attributes().GetProperty("hash")}").ToArray();
        }

        var (whole, pieces) = (await HashesAsync("192"), await HashesAsync("64"));
        Assert.Equal(3, whole.Length);
        Assert.Equal(whole, pieces);
    }
}
