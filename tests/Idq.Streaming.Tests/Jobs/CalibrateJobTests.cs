using FsCheck;
using FsCheck.Fluent;
using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Jobs;

public sealed class CalibrateJobTests
{
    static readonly Segment Range = Gps.Seg(0, 400);

    /// <summary>Registers an evaluated quiver of 8 s, as evaluate would: ranks of glitches are high.</summary>
    static long Register(Analysis analysis, JobContext context, string nickname, int number, int glitches, int cleans)
    {
        using var stage = new ProductStage(context.Paths, "evaluate");
        var span = Gps.Seg(number * 8, number * 8 + 8);
        var rows = Enumerable
            .Range(0, glitches + cleans)
            .Select(i => (number * 8 + (i + 0.5) / 10, i < glitches ? Label.Glitch : Label.Clean, 1.0))
            .ToArray();
        var random = new CounterRandom(5, CounterRandom.Hash(nickname), number);
        var ranks = rows.Select(r => r.Item2 == Label.Glitch ? 1 - random.NextDouble() * 0.5 : random.NextDouble() * 0.8).ToArray();
        if (nickname == "ovl")
            ranks = Array.ConvertAll(ranks, r => Math.Round(r * 8) / 8);
        var attributes = new QuiverAttributes(rows.Length, 0, 8 * Gps.Second, 7 * Gps.Second, $"model of {number / 2}").ToJson();
        var output = new ProductOutput(stage, "quiver", nickname, span, [], attributes);
        context.Write(new EvaluatedQuiver(nickname, span, Quivers.Of(span, rows), ranks, ranks, false, "m", null), output);
        stage.Publish(output.Files);
        return analysis.Store.Commit(new StrideCommit { Products = [output.Files[0].Draft] })[0];
    }

    /// <summary>One process: comes back after a restart, takes a stride, and stops.</summary>
    static async Task StepAsync(JobContext context)
    {
        using var job = new CalibrateJob(context, Range);
        await job.RestoreAsync(CancellationToken.None);
        if (job.NextStride() is { } stride) await job.RunAsync(stride, CancellationToken.None);
    }

    static CalibrationDocument Read(Analysis analysis, Product map)
    {
        using var file = File.OpenRead(analysis.Paths.Absolute(map.Path));
        return CalibrationFile.Read(file);
    }

    static long[] QuiversOf(Analysis analysis, Product map)
    {
        var quivers = analysis.Products("quiver").Select(q => q.Seq).ToHashSet();
        return map.Parents.Where(quivers.Contains).ToArray();
    }

    sealed record Arrival(int Glitches, int Cleans, bool Step, bool Restart);

    static readonly Gen<List<Arrival>> Arrivals =
        from count in Gen.Choose(1, 20)
        from list in (from glitches in Gen.Choose(0, 4)
                      from cleans in Gen.Choose(0, 6)
                      from step in Gen.Elements(true, true, false)
                      from restart in Gen.Elements(true, false, false)
                      select new Arrival(glitches, cleans, step, restart)).ListOf(count)
        select list.ToList();

    static async Task PlayAsync(Analysis analysis, List<Arrival> arrivals, bool restarts)
    {
        using var context = analysis.Context();
        var job = new CalibrateJob(context, Range);
        await job.RestoreAsync(CancellationToken.None);
        for (var i = 0; i < arrivals.Count; i++)
        {
            Register(analysis, context, "linear", i, arrivals[i].Glitches, arrivals[i].Cleans);
            if (restarts && arrivals[i].Restart)
            {
                job.Dispose();
                job = new CalibrateJob(context, Range);
                await job.RestoreAsync(CancellationToken.None);
            }
            if (arrivals[i].Step && job.NextStride() is { } stride) await job.RunAsync(stride, CancellationToken.None);
        }
        job.Dispose();
    }

    [Fact]
    public void Every_quiver_is_seen_exactly_once_whenever_it_arrives_and_however_often_the_job_restarts() =>
        Arrivals.CheckAsync(async arrivals =>
        {
            using var analysis = Analysis.Of("linear", "calibrate:min_new_samples=12", "calibrate:min_samples=1");
            await PlayAsync(analysis, arrivals, restarts: true);
            var maps = analysis.Products("map");
            var used = maps.SelectMany(m => QuiversOf(analysis, m)).ToArray();
            Assert.Equal(used.Distinct().Order(), used);
            // What was not used waits: everything older was, and what waits is too little for a map.
            var quivers = analysis.Products("quiver");
            Assert.Equal(quivers.Take(used.Length).Select(q => q.Seq), used);
            if (maps.Length == 0) return;
            var last = Read(analysis, maps[^1]).Map;
            Assert.Equal(arrivals.Take(used.Length).Sum(a => a.Glitches), last.GlitchCount);
            Assert.Equal(arrivals.Take(used.Length).Sum(a => a.Cleans), last.CleanCount);
            Assert.Equal(used.Length * 8 * Gps.Second, last.Rates.Livetime);
            Assert.Equal(used.Length * 7 * Gps.Second, last.Rates.CleanLivetime);
        }, runs: 8);

    [Fact]
    public void A_restart_changes_no_byte_of_any_map() =>
        (
            from arrivals in Arrivals
            from maxSamples in Gen.Elements(20, 45, 10_000)
            from maxStride in Gen.Elements("40", "100", "inf")
            select (arrivals, maxSamples, maxStride)
        ).CheckAsync(
            async t =>
            {
                string[] settings =
                [
                    "calibrate:min_new_samples=10",
                    "calibrate:min_samples=1",
                    $"calibrate:max_samples={t.maxSamples}",
                    $"calibrate:max_stride={t.maxStride}",
                ];
                using var steady = Analysis.Of("linear", settings);
                using var restarted = Analysis.Of("linear", settings);
                await PlayAsync(steady, t.arrivals, restarts: false);
                await PlayAsync(restarted, t.arrivals, restarts: true);
                Assert.Equal(steady.State(), restarted.State());
                Assert.Equal(steady.Files(), restarted.Files());
            },
            runs: 6
        );

    [Theory]
    [InlineData("ovl", CalibrationKind.Discrete)]
    [InlineData("linear", CalibrationKind.Kernel)]
    [InlineData("random", CalibrationKind.Kernel)]
    public async Task Ranks_that_are_atoms_get_a_discrete_map(string classifier, CalibrationKind expected)
    {
        using var analysis = Analysis.Of(classifier);
        using var context = analysis.Context();
        Register(analysis, context, classifier, 0, 10, 20);
        await StepAsync(context);
        Assert.Equal(expected, Read(analysis, analysis.Products("map").Single()).Map.Kind);
    }

    [Fact]
    public async Task The_kind_of_map_can_be_chosen()
    {
        using var analysis = Analysis.Of("ovl", "calibrate:kind=kde", "calibrate:num_points=33", "calibrate:bandwidth=0.125");
        using var context = analysis.Context();
        Register(analysis, context, "ovl", 0, 10, 20);
        await StepAsync(context);
        var map = Read(analysis, analysis.Products("map").Single()).Map;
        Assert.Equal((CalibrationKind.Kernel, 33, 0.125), (map.Kind, map.Options.NumPoints, map.Options.Bandwidth));
    }

    [Theory]
    [InlineData("ovl")]
    [InlineData("linear")]
    public async Task Appending_equals_a_fit_from_scratch(string classifier)
    {
        using var analysis = Analysis.Of(classifier, "calibrate:bandwidth=0.1");
        using var context = analysis.Context();
        for (var i = 0; i < 12; i++)
        {
            Register(analysis, context, classifier, i, 10, 12);
            await StepAsync(context);
        }
        Assert.Equal(12, analysis.Products("map").Length);
        var appended = Read(analysis, analysis.Products("map")[^1]).Map;
        var rows = EvaluatedRows.Read(context.Store, context.Paths, new ProductQuery { Kind = "quiver" }, CancellationToken.None);
        var scratch = Idq.Streaming.Calibration.Fit(analysis.Configuration.Calibrate, analysis.Configuration.Classifiers[0].Traits, rows);
        Assert.Equal((120, 144), (appended.GlitchCount, appended.CleanCount));
        for (var i = 0; i <= 64; i++)
        {
            var rank = i / 64.0;
            Assert.Equal(scratch.Fap(rank), appended.Fap(rank), 1e-12);
            Assert.Equal(scratch.Eff(rank), appended.Eff(rank), 1e-12);
            Assert.Equal(scratch.PGlitch(rank), appended.PGlitch(rank), 1e-12);
        }
    }

    [Fact]
    public async Task A_map_names_the_quivers_that_are_new_as_its_parents_and_the_map_before_it_as_an_attribute()
    {
        using var analysis = Analysis.Of("linear", "calibrate:min_new_samples=1");
        using var context = analysis.Context();
        Register(analysis, context, "linear", 0, 5, 5);
        await StepAsync(context);
        Register(analysis, context, "linear", 1, 1, 1);
        Register(analysis, context, "linear", 2, 0, 0);
        await StepAsync(context);
        var (first, second) = (analysis.Products("map")[0], analysis.Products("map")[1]);
        Assert.Equal([1], first.Parents);
        Assert.Equal([3, 4], second.Parents);
        Assert.Equal(first.Seq, second.Attributes().GetProperty("previous").GetInt64());
        Assert.Equal((Gps.Seg(0, 8), Gps.Seg(0, 24)), (first.Span(), second.Span()));
        var document = Read(analysis, second);
        Assert.Equal([first.Sha256], document.Provenance.Parents);
        Assert.Equal(["model of 0"], document.Provenance.ModelHashes);
        Assert.Equal(document.Hash, second.Attributes().GetProperty("hash").GetString());
        Assert.Equal(
            (1L, 4L, 6, 6),
            (
                second.Attributes().GetProperty("from_seq").GetInt64(),
                second.Attributes().GetProperty("through_seq").GetInt64(),
                second.Attributes().GetProperty("glitches").GetInt32(),
                second.Attributes().GetProperty("cleans").GetInt32()
            )
        );
    }

    [Fact]
    public async Task The_first_map_waits_for_both_classes()
    {
        using var analysis = Analysis.Of("linear", "calibrate:min_samples=3", "calibrate:min_new_samples=5");
        using var context = analysis.Context();
        Register(analysis, context, "linear", 0, 2, 40);
        await StepAsync(context);
        Assert.Empty(analysis.Products("map"));
        Register(analysis, context, "linear", 1, 1, 0);
        await StepAsync(context);
        Assert.Equal(
            (3, 40),
            Read(analysis, analysis.Products("map").Single()).Map is var map ? (map.GlitchCount, map.CleanCount) : default
        );
        // Later ones wait for new rows only.
        Register(analysis, context, "linear", 2, 0, 5);
        await StepAsync(context);
        Assert.Equal(2, analysis.Products("map").Length);
    }

    [Fact]
    public async Task Old_rows_are_forgotten_in_bunches()
    {
        using var analysis = Analysis.Of("linear", "calibrate:max_samples=100", "calibrate:min_new_samples=1");
        using var context = analysis.Context();
        var counts = new List<long>();
        for (var i = 0; i < 30; i++)
        {
            Register(analysis, context, "linear", i, 5, 5);
            await StepAsync(context);
            counts.Add(Read(analysis, analysis.Products("map")[^1]).Map.SampleCount);
        }
        Assert.All(counts, c => Assert.InRange(c, 10, 125));
        Assert.All(counts.Skip(10), c => Assert.InRange(c, 100, 125));
        var last = analysis.Products("map")[^1];
        Assert.Equal(Read(analysis, last).Map.SampleCount, last.Span().Duration / (8 * Gps.Second) * 10);
        Assert.Equal(last.Span().Start, analysis.Store.Product(last.Attributes().GetProperty("from_seq").GetInt64())!.Span().Start);
    }

    [Fact]
    public async Task Old_time_is_forgotten_with_its_livetime()
    {
        using var analysis = Analysis.Of("linear", "calibrate:max_stride=80", "calibrate:min_new_samples=1");
        using var context = analysis.Context();
        for (var i = 0; i < 30; i++)
        {
            Register(analysis, context, "linear", i, i % 3 == 0 ? 3 : 0, i % 3 == 0 ? 4 : 1);
            await StepAsync(context);
        }
        var map = Read(analysis, analysis.Products("map")[^1]);
        Assert.InRange(map.Provenance.Span.Duration, 80 * Gps.Second, 100 * Gps.Second);
        Assert.Equal(map.Provenance.Span.Duration, map.Map.Rates.Livetime);
    }

    [Fact]
    public async Task A_collection_leaves_the_newest_map_and_calibration_goes_on_from_it()
    {
        using var analysis = Analysis.Of("linear", "calibrate:min_new_samples=1");
        using var context = analysis.Context();
        for (var i = 0; i < 12; i++)
        {
            Register(analysis, context, "linear", i, 5, 5);
            await StepAsync(context);
        }
        Assert.Equal(12, analysis.Products("map").Length);
        var collection = new ProductCollection(analysis.Store, analysis.Paths);
        Assert.Equal(11, collection.Remove(8 * Gps.Second, "map", withStrays: false).Removed.Count);
        collection.Remove(16 * Gps.Second, null, withStrays: false);
        using var restarted = analysis.Context();
        Register(analysis, restarted, "linear", 12, 1, 1);
        await StepAsync(restarted);
        var map = Read(analysis, analysis.Products("map")[^1]).Map;
        Assert.Equal((61, 61), (map.GlitchCount, map.CleanCount));
    }

    [Fact]
    public async Task A_damaged_map_is_passed_over_and_none_of_its_rows_is_lost()
    {
        using var analysis = Analysis.Of("linear", "calibrate:min_new_samples=1");
        using (var context = analysis.Context())
            for (var i = 0; i < 3; i++)
            {
                Register(analysis, context, "linear", i, 5, 6);
                await StepAsync(context);
            }
        var damaged = analysis.Products("map")[^1];
        File.AppendAllText(analysis.Paths.Absolute(damaged.Path), " ");
        using var restarted = analysis.Context();
        using (var job = new CalibrateJob(restarted, Range))
        {
            await job.RestoreAsync(CancellationToken.None);
            for (var i = 3; i < 5; i++)
            {
                Register(analysis, restarted, "linear", i, 5, 6);
                await job.RunAsync(job.NextStride()!.Value, CancellationToken.None);
            }
        }
        var maps = analysis.Products("map").Skip(3).Select(m => Read(analysis, m).Map);
        Assert.Equal([(20, 24), (25, 30)], maps.Select(m => (m.GlitchCount, m.CleanCount)));
        var loss = Assert.Single(analysis.Store.Skips("calibrate"));
        Assert.Equal("damaged", loss.Reason);
        Assert.Contains($"number {damaged.Seq}", loss.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quivers_of_other_classifiers_and_of_batches_are_not_its_own()
    {
        using var analysis = Analysis.Of("linear", "calibrate:min_new_samples=1");
        using var context = analysis.Context();
        Register(analysis, context, "ovl", 0, 10, 10);
        await StepAsync(context);
        Assert.Empty(analysis.Products("map"));
        Assert.Equal(0, Cursor.Parse(analysis.Store.Cursor("calibrate/linear")!).State);
    }
}
