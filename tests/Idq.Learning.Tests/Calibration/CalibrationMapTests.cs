using FsCheck;
using FsCheck.Fluent;

namespace Idq.Learning.Tests.Calibration;

public class CalibrationMapTests
{
    const long Second = GpsTime.NanosecondsPerSecond;
    static readonly CalibrationRates DayOfGlitches = new(8640, 86_400 * Second, 80_000 * Second, Second / 10);
    static readonly CalibrationKind[] Kinds = [CalibrationKind.Kernel, CalibrationKind.Discrete];

    [Fact]
    public void Fap_and_eff_never_rise_and_every_answer_is_finite() => Cases().Check(c =>
    {
        var map = CalibrationMap.Fit(c.Kind, c.Glitch, c.Clean, DayOfGlitches);
        Assert.Equal((1.0, 1.0), (map.Fap(0), map.Eff(0)));
        for (var i = 0; i <= 1013; i++)
        {
            var rank = i / 1013.0;
            Assert.True(double.IsFinite(map.LogLike(rank)) && double.IsFinite(map.LogLikeDeviation(rank)));
            Assert.InRange(map.PGlitch(rank), 1e-9, 1 - 1e-9);
            Assert.InRange(map.Fap(rank), 1 / (c.Clean.EffectiveCount + 1.001), i == 0 ? 1 : map.Fap((i - 1) / 1013.0));
            Assert.InRange(map.Eff(rank), 1 / (c.Glitch.EffectiveCount + 1.001), i == 0 ? 1 : map.Eff((i - 1) / 1013.0));
        }
    });

    [Fact]
    public void Fap_does_not_rise_between_neighbouring_numbers_at_a_grid_point()
    {
        var map = CalibrationMap.Fit(
            CalibrationKind.Kernel,
            new(RankGenerators.Rising(500, 3, 1)),
            new(RankGenerators.Falling(500, 3, 2)),
            DayOfGlitches
        );
        for (var g = 1; g < 200; g++)
        {
            var rank = 1 / (1 + Math.Exp(12 - 0.12 * g));
            Assert.True(map.Fap(Math.BitDecrement(rank)) >= map.Fap(rank));
            Assert.True(map.Fap(rank) >= map.Fap(Math.BitIncrement(rank)));
        }
    }

    [Fact]
    public void The_bulk_map_is_the_single_look_ups_bit_for_bit() =>
        Cases()
            .Check(c =>
            {
                var map = CalibrationMap.Fit(c.Kind, c.Glitch, c.Clean, DayOfGlitches);
                double[] ranks = [0, 0, 1, .. c.Glitch.Ranks, 0.123, 0.123, .. c.Clean.Ranks];
                double[] Column() => new double[ranks.Length];
                var (fap, eff, logLike, deviation, pGlitch) = (Column(), Column(), Column(), Column(), Column());
                map.Map(ranks, fap, eff, logLike, deviation, pGlitch);
                for (var i = 0; i < ranks.Length; i++)
                {
                    var rank = ranks[i];
                    Assert.Equal(
                        (map.Fap(rank), map.Eff(rank), map.LogLike(rank), map.LogLikeDeviation(rank), map.PGlitch(rank)),
                        (fap[i], eff[i], logLike[i], deviation[i], pGlitch[i]));
                }
            });

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void Mapping_a_series_allocates_nothing(CalibrationKind kind)
    {
        var map = CalibrationMap.Fit(kind, new([0.5, 0.9]), new([0.1, 0.2]), DayOfGlitches);
        var ranks = RankGenerators.Even(8192, 5);
        var columns = Enumerable.Range(0, 5).Select(_ => new double[8192]).ToArray();
        map.Map(ranks, columns[0], columns[1], columns[2], columns[3], columns[4]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        map.Map(ranks, columns[0], columns[1], columns[2], columns[3], columns[4]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Appending_equals_fitting_from_scratch_to_1e_minus_12() =>
        Cases()
            .SelectMany(a => Cases().Select(b => (a, b)))
            .Check(
                ((Case First, Case Second) c) =>
                {
                    var options = new CalibrationOptions { Bandwidth = 0.5 };
                    var first = new CalibrationRates(c.First.Glitch.TotalWeight, 100 * Second, 90 * Second, Second);
                    var appended = CalibrationMap
                        .Fit(c.First.Kind, c.First.Glitch, c.First.Clean, first, options)
                        .Append(c.Second.Glitch, c.Second.Clean, 50 * Second, 40 * Second);
                    var (glitch, clean) = (c.First.Glitch.Concat(c.Second.Glitch), c.First.Clean.Concat(c.Second.Clean));
                    var scratch = CalibrationMap.Fit(
                        c.First.Kind,
                        glitch,
                        clean,
                        new(glitch.TotalWeight, 150 * Second, 130 * Second, Second),
                        options
                    );
                    Assert.Equal(scratch.Rates, appended.Rates);
                    Assert.Equal((scratch.GlitchCount, scratch.CleanCount), (appended.GlitchCount, appended.CleanCount));
                    for (var i = 0; i <= 80; i++)
                    {
                        var rank = i / 80.0;
                        Assert.Equal(scratch.Fap(rank), appended.Fap(rank), 1e-12);
                        Assert.Equal(scratch.Eff(rank), appended.Eff(rank), 1e-12);
                        Assert.Equal(scratch.LogLike(rank), appended.LogLike(rank), 1e-12);
                        Assert.Equal(scratch.PGlitch(rank), appended.PGlitch(rank), 1e-12);
                        Assert.Equal(scratch.LogLikeDeviation(rank), appended.LogLikeDeviation(rank), 1e-9);
                    }
                },
                30
            );

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void A_thinned_storm_with_weights_maps_like_the_whole_storm(CalibrationKind kind)
    {
        var storm = Enumerable.Range(0, 3000).Select(i => i % 2 == 0 ? 0.9 : 0.8).ToArray();
        var quiet = Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? 0.9 : 0.3).ToArray();
        var clean = new RankSamples([.. Enumerable.Repeat(0.1, 500), .. Enumerable.Repeat(0.3, 50)]);
        var options = new CalibrationOptions { Bandwidth = 0.3 };
        var whole = CalibrationMap.Fit(kind, new([.. quiet, .. storm]), clean, DayOfGlitches, options);
        var thinned = CalibrationMap.Fit(
            kind,
            new([.. quiet, .. storm[..300]], [.. Enumerable.Repeat(1.0, 300), .. Enumerable.Repeat(10.0, 300)]),
            clean,
            DayOfGlitches,
            options
        );
        foreach (var rank in new[] { 0.3, 0.8, 0.9 })
        {
            Assert.Equal(whole.LogLike(rank), thinned.LogLike(rank), 0.05);
            Assert.Equal(whole.Eff(rank), thinned.Eff(rank), 0.01);
        }
        Assert.True(thinned.LogLikeDeviation(0.8) > whole.LogLikeDeviation(0.8));
        Assert.Equal(6000 + DayOfGlitches.Glitches, whole.Append(new([0.9, 0.9], [3000, 3000]), RankSamples.Empty).Rates.Glitches);
    }

    [Fact]
    public void LogLike_of_simulated_ranks_is_the_true_log_likelihood_ratio()
    {
        var map = CalibrationMap.Fit(
            CalibrationKind.Kernel,
            new(RankGenerators.Rising(5000, 3, 21)),
            new(RankGenerators.Even(5000, 22)),
            DayOfGlitches
        );
        foreach (var rank in new[] { 0.3, 0.5, 0.7, 0.85, 0.95, 0.99 })
        {
            Assert.Equal(Math.Log(3 * rank * rank), map.LogLike(rank), 0.25);
            Assert.Equal(1 - rank, map.Fap(rank), 0.02);
            Assert.Equal(1 - Math.Pow(rank, 3), map.Eff(rank), 0.02);
        }
    }

    [Fact]
    public void LogLike_of_simulated_atoms_is_the_true_log_likelihood_ratio()
    {
        double[] glitch = [1, 1, 2, 4], clean = [80, 15, 4, 1];
        var map = CalibrationMap.Fit(CalibrationKind.Discrete,
            new(RankGenerators.Atomic(20_000, glitch, 23)), new(RankGenerators.Atomic(20_000, clean, 24)), DayOfGlitches);
        for (var r = 0; r < 4; r++)
        {
            var atom = RankGenerators.AtomOf(r, 4);
            Assert.Equal(Math.Log(glitch[r] / 8 / (clean[r] / 100)), map.LogLike(atom), 0.15);
            Assert.Equal(clean[r..].Sum() / 100, map.Fap(atom), 0.01);
            Assert.Equal(glitch[r..].Sum() / 8, map.Eff(atom), 0.015);
        }
    }

    [Fact]
    public void The_central_90_percent_of_LogLike_hold_the_truth_about_that_often()
    {
        var (kernel, discrete) = (0, 0);
        const int Maps = 120;
        var even60 = 1 / (1 + Math.Exp(-0.4));
        for (var k = 0; k < Maps; k++)
        {
            var options = new CalibrationOptions { Bandwidth = 0.3, NumPoints = 61 };
            var even = CalibrationMap.Fit(
                CalibrationKind.Kernel,
                new(RankGenerators.Even(100, 70_000 + k)),
                new(RankGenerators.Even(300, 80_000 + k)),
                DayOfGlitches,
                options
            );
            if (even.LogLikeQuantile(even60, 0.05) <= 0 && 0 <= even.LogLikeQuantile(even60, 0.95))
                kernel++;
            var atoms = CalibrationMap.Fit(
                CalibrationKind.Discrete,
                new(RankGenerators.Atomic(100, [1, 1, 2, 4], 90_000 + k)),
                new(RankGenerators.Atomic(300, [80, 15, 4, 1], 95_000 + k)),
                DayOfGlitches
            );
            var truth = Math.Log(0.25 / 0.04);
            var atom = RankGenerators.AtomOf(2, 4);
            if (atoms.LogLikeQuantile(atom, 0.05) <= truth && truth <= atoms.LogLikeQuantile(atom, 0.95)) discrete++;
        }
        Assert.InRange(kernel, Maps * 0.84, Maps * 0.98);
        Assert.InRange(discrete, Maps * 0.84, Maps * 0.97);
    }

    [Fact]
    public void Quantiles_rise_with_their_probability_and_do_not_change_between_runs() => Cases().Check(c =>
    {
        var map = CalibrationMap.Fit(c.Kind, c.Glitch, c.Clean, DayOfGlitches, new() { NumPoints = 3 });
        var again = CalibrationMap.Fit(c.Kind, c.Glitch, c.Clean, DayOfGlitches, new() { NumPoints = 3 });
        foreach (var rank in c.Kind == CalibrationKind.Kernel ? new[] { 0, 0.5, 1 } : [c.Clean.Ranks[0]])
        {
            double[] q = [0, 0.01, 0.5, 0.99, 1];
            var quantiles = q.Select(p => map.LogLikeQuantile(rank, p)).ToArray();
            for (var i = 1; i < q.Length; i++) Assert.True(quantiles[i] > quantiles[i - 1]);
            Assert.Equal(quantiles, q.Select(p => again.LogLikeQuantile(rank, p)));
            Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (quantiles[0], quantiles[^1]));
        }
    }, 6);

    [Fact]
    public void A_quantile_is_that_of_the_ratio_of_two_independent_posteriors()
    {
        var map = CalibrationMap.Fit(
            CalibrationKind.Discrete,
            new([0.2, 0.8, 0.8, 0.8]),
            new([0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.8]),
            DayOfGlitches
        );
        BetaPosterior glitch = new(3.5, 1.5),
            clean = new(1.5, 7.5);
        const int Strata = 400;
        var g = Enumerable.Range(0, Strata).Select(i => glitch.LogQuantile((i + 0.5) / Strata)).ToArray();
        var c = Enumerable.Range(0, Strata).Select(i => clean.LogQuantile((i + 0.5) / Strata)).ToArray();
        var ratios = g.SelectMany(a => c.Select(b => a - b)).Order().ToArray();
        foreach (var q in new[] { 0.05, 0.5, 0.95 })
            Assert.Equal(ratios[(int)(q * ratios.Length)], map.LogLikeQuantile(0.8, q), 0.005);
    }

    [Fact]
    public void PGlitch_is_Bayes_theorem_with_the_prior_from_livetime()
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, new([0.5, 0.9]), new([0.1, 0.2, 0.4]), DayOfGlitches);
        var rate = 8640.5 / 86_400;
        var prior = 1 - Math.Exp(-rate * 0.1);
        Assert.Equal(prior, map.PriorPGlitch, 1e-14);
        Assert.Equal(1 / (1 + Math.Exp(-map.LogLike(0.7)) * (1 - prior) / prior), map.PGlitch(0.7), 1e-14);
    }

    [Fact]
    public void Drawing_more_clean_samples_does_not_make_glitches_rarer()
    {
        var glitch = new RankSamples(RankGenerators.Rising(500, 3, 25));
        var few = CalibrationMap.Fit(CalibrationKind.Kernel, glitch, new(RankGenerators.Falling(500, 3, 26)), DayOfGlitches);
        var many = CalibrationMap.Fit(CalibrationKind.Kernel, glitch, new(RankGenerators.Falling(4000, 3, 27)), DayOfGlitches);
        Assert.Equal(few.PriorPGlitch, many.PriorPGlitch);
        Assert.Equal(few.PGlitch(0.5), many.PGlitch(0.5), 0.3 * few.PGlitch(0.5));
    }

    [Fact]
    public void Soon_after_the_start_there_is_an_answer_that_says_it_is_not_reliable()
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, new([0.9]), new([0.1]), new(1, 10 * Second, 9 * Second, Second));
        Assert.True(map.IsUsable);
        Assert.False(map.RatesAreReliable);
        Assert.Equal(1 - Math.Exp(-0.15), map.PriorPGlitch, 1e-14);
        Assert.True(map.Append(RankSamples.Empty, RankSamples.Empty, 86_400 * Second, 43_200 * Second).RatesAreReliable);
        Assert.False(map.Append(RankSamples.Empty, RankSamples.Empty, 86_400 * Second, 43_000 * Second).RatesAreReliable);
    }

    [Fact]
    public void Older_data_can_stand_in_for_livetime_that_is_not_there_yet()
    {
        var options = new CalibrationOptions { PriorGlitches = 100, PriorLivetime = 1000 * Second };
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, new([0.9]), new([0.1]), new(0, 0, 0, Second), options);
        Assert.Equal(1 - Math.Exp(-0.1), map.PriorPGlitch, 1e-14);
    }

    [Fact]
    public void Without_any_livetime_a_glitch_is_as_likely_as_not() =>
        Assert.Equal(0.5, CalibrationMap.Fit(CalibrationKind.Kernel, new([0.9]), new([0.1]), new(0, 0, 0, Second)).PriorPGlitch);

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void A_map_without_samples_of_a_class_says_why_it_is_not_usable(CalibrationKind kind)
    {
        RankSamples some = new([0.5]);
        Assert.Equal("the calibration map has no samples", Reason(RankSamples.Empty, RankSamples.Empty));
        Assert.Equal("the calibration map has no glitch samples", Reason(RankSamples.Empty, some));
        Assert.Equal("the calibration map has no clean samples", Reason(some, RankSamples.Empty));
        Assert.Null(Reason(some, some));

        string? Reason(RankSamples glitch, RankSamples clean)
        {
            var map = CalibrationMap.Fit(kind, glitch, clean, DayOfGlitches);
            Assert.Equal(map.Reason is null, map.IsUsable);
            Assert.True(double.IsFinite(map.LogLike(0.5)));
            return map.Reason;
        }
    }

    [Theory]
    [InlineData(-0.0001)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    public void Ranks_outside_0_to_1_are_refused(double rank)
    {
        foreach (var kind in Kinds)
        {
            var map = CalibrationMap.Fit(kind, new([0.5]), new([0.1]), DayOfGlitches);
            Assert.Throws<ArgumentOutOfRangeException>(() => map.Fap(rank));
            Assert.Throws<ArgumentOutOfRangeException>(() => map.LogLikeDeviation(rank));
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                map.Map([0.5, rank], new double[2], new double[2], new double[2], new double[2], new double[2])
            );
        }
    }

    [Fact]
    public void Results_that_are_too_short_are_refused()
    {
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, new([0.5]), new([0.1]), DayOfGlitches);
        Assert.Throws<ArgumentException>(() =>
            map.Map([0.5, 0.6], new double[2], new double[2], new double[1], new double[2], new double[2]));
    }

    [Fact]
    public void Options_and_rates_out_of_range_are_refused_by_name()
    {
        RankSamples some = new([0.5]);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            CalibrationMap.Fit(CalibrationKind.Kernel, some, some, DayOfGlitches, new() { NumPoints = 1 })
        );
        Assert.Contains("NumPoints is 1, expected at least 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CalibrationMap.Fit(CalibrationKind.Kernel, some, some, DayOfGlitches with { Window = 0 })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CalibrationMap.Fit(CalibrationKind.Kernel, some, some, DayOfGlitches with { Glitches = double.NaN })
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CalibrationMap.Fit(CalibrationKind.Kernel, some, some, DayOfGlitches with { Livetime = -1 })
        );
    }

    [Fact]
    public void Beyond_the_highest_rank_seen_and_at_rank_1_the_answer_is_that_of_one_sample_more()
    {
        foreach (var kind in Kinds)
        {
            RankSamples clean = new([.. Enumerable.Repeat(0.1, 9999)]);
            var map = CalibrationMap.Fit(kind, new(RankGenerators.Rising(500, 3, 91)), clean, DayOfGlitches);
            Assert.Equal(1e-4, map.Fap(1), 1e-9);
            Assert.Equal(1e-4, map.Fap(0.99999), 1e-9);
            Assert.Equal(1.0 / 501, map.Eff(1), 1e-3);
            Assert.InRange(map.PGlitch(1), 0.01, 1 - 1e-6);
        }
    }

    [Fact]
    public void Thresholds_near_rank_1_are_resolved()
    {
        // Ranks that are even between 0 and 1, as a scale makes those of clean times: FAP is 1 − rank down to the last sample.
        RankSamples even = new([.. Enumerable.Range(0, 100_000).Select(i => (i + 0.5) / 100_000)]);
        var map = CalibrationMap.Fit(CalibrationKind.Kernel, new([0.5, 0.9]), even, DayOfGlitches);
        foreach (var fap in new[] { 0.5, 0.1, 0.01, 0.001, 1e-4 }) Assert.Equal(fap, map.Fap(1 - fap), 0.02 * fap + 2e-5);
    }

    [Fact]
    public void LogLike_is_that_of_instants_in_windows_and_Eff_that_of_glitches()
    {
        foreach (var kind in Kinds)
        {
            // A veto finds 8 of 10 glitches and covers a quarter of their windows; of clean time it covers 1 in 100.
            RankSamples Vetoed(int vetoed, int all) => new([.. Enumerable.Range(0, all).Select(i => i < vetoed ? 0.99 : 0.01)]);
            var map = CalibrationMap.Fit(
                kind, Vetoed(800, 1000), Vetoed(100, 10_000), DayOfGlitches, new() { Bandwidth = 0.3 }, Vetoed(200, 1000));
            Assert.Equal(0.8, map.Eff(0.98), 0.01);
            Assert.Equal(Math.Log(0.2 / 0.01), map.LogLike(0.99), 0.1);
            Assert.Equal(Math.Log(0.8 / 0.99), map.LogLike(0.01), 0.02);
            Assert.Equal(0, map.LogLike(0.99) - map.Append(Vetoed(80, 100), Vetoed(10, 1000), 0, 0, Vetoed(20, 100)).LogLike(0.99), 0.02);
        }
    }

    [Fact]
    public void Atoms_that_the_samples_cannot_tell_apart_share_their_LogLike()
    {
        // Every model ranks the same veto a little differently: 200 atoms of 2 glitches each, one in 40 with a clean row too.
        double[] atoms = [.. Enumerable.Range(0, 200).Select(i => 0.9 + i * 1e-4)];
        RankSamples glitch = new([.. atoms, .. atoms, .. Enumerable.Repeat(0.0, 1600)]);
        RankSamples clean = new([.. atoms.Where((_, i) => i % 40 == 7), .. Enumerable.Repeat(0.0, 9995)]);
        var map = CalibrationMap.Fit(CalibrationKind.Discrete, glitch, clean, DayOfGlitches);
        Assert.Single(atoms.Select(map.LogLike).Distinct());
        Assert.Equal(Math.Log(0.2 / 0.0005), map.LogLike(0.91), 0.1);
        Assert.Equal(map.LogLike(0.91), map.LogLike(0.899));
        Assert.Equal(Math.Log(0.8), map.LogLike(0), 0.05);
        Assert.True(map.LogLikeDeviation(0.91) < 0.6);
    }

    [Fact]
    public void A_kernel_is_never_narrower_than_the_grid_can_show()
    {
        var tied = new RankSamples([.. Enumerable.Repeat(0.5, 20)]);
        var map = (KernelCalibrationMap)CalibrationMap.Fit(CalibrationKind.Kernel, tied, tied, DayOfGlitches);
        Assert.Equal(0.005, map.Glitch.Bandwidth, 1e-15);
    }

    static Gen<Case> Cases() =>
        from kind in Gen.Elements(Kinds)
        from glitch in RankGenerators.Samples()
        from clean in RankGenerators.Samples()
        select new Case(kind, glitch, clean);

    sealed record Case(CalibrationKind Kind, RankSamples Glitch, RankSamples Clean);
}
