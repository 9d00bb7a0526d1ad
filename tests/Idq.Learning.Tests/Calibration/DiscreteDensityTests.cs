using FsCheck.Fluent;
using MathNet.Numerics;

namespace Idq.Learning.Tests.Calibration;

public class DiscreteDensityTests
{
    [Fact]
    public void Masses_are_the_counts_with_the_prior_and_sum_to_1() => RankGenerators.Samples().Check(samples =>
    {
        var density = DiscreteDensity.Fit(samples);
        var atoms = samples.Ranks.Distinct().Order().ToArray();
        Assert.Equal(atoms, density.Atoms);
        var n = samples.EffectiveCount;
        foreach (var atom in atoms)
        {
            var weight = samples.Ranks.Zip(samples.Weights).Where(r => r.First == atom).Sum(r => r.Second);
            var expected = (weight / samples.TotalWeight * n + density.Concentration / atoms.Length) / (n + density.Concentration);
            Assert.Equal(Math.Log(expected), density.LogPdf(atom), 1e-12);
        }
        Assert.Equal(1, atoms.Sum(a => Math.Exp(density.LogPdf(a))), 1e-12);
    });

    [Fact]
    public void A_tail_counts_the_samples_that_reach_a_rank_and_one_more_that_reaches_all() => RankGenerators.Samples().Check(samples =>
    {
        var density = DiscreteDensity.Fit(samples);
        var n = samples.EffectiveCount;
        for (var x = 0.0; x <= 1; x += 0.0125)
        {
            var share = samples.Ranks.Zip(samples.Weights).Where(s => s.First >= x).Sum(s => s.Second) / samples.TotalWeight;
            Assert.Equal((n * share + 1) / (n + 1), density.Tail(x), 1e-12);
        }
        Assert.Equal(1, density.Tail(0));
    });

    [Fact]
    public void Two_atoms_have_the_Jeffreys_posterior()
    {
        var density = DiscreteDensity.Fit(new([0.2, 0.2, 0.2, 0.8]));
        var jeffreys = new BetaPosterior(3.5, 1.5);
        Assert.Equal(jeffreys.LogMean(), density.LogPdf(0.2), 1e-14);
        Assert.Equal(jeffreys.LogQuantile(0.05), density.LogPdfQuantile(0.2, 0.05), 1e-9);
        Assert.Equal(jeffreys.LogQuantile(0.95), density.LogPdfQuantile(0.2, 0.95), 1e-9);
    }

    [Fact]
    public void The_concentration_makes_the_counts_most_probable()
    {
        double[] shares = [50, 20, 20, 5, 1, 1, 1, 1, 0.5, 0.5, 0.1, 0.1];
        var density = DiscreteDensity.Fit(new(RankGenerators.Atomic(400, shares, 31)));
        var best = density.Concentration;
        Assert.InRange(best, 1.001, density.Atoms.Length / 2.0 - 0.001);
        Assert.True(LogEvidence(density, best) >= LogEvidence(density, best * 1.02));
        Assert.True(LogEvidence(density, best) >= LogEvidence(density, best / 1.02));
    }

    [Fact]
    public void The_concentration_stays_between_Perks_and_Jeffreys() => RankGenerators.Samples().Check(samples =>
    {
        var density = DiscreteDensity.Fit(samples, 0.111, 0.222, 0.333);
        Assert.InRange(density.Concentration, 1, Math.Max(1, density.Atoms.Length / 2.0));
    });

    [Fact]
    public void Appending_equals_fitting_from_scratch() =>
        RankGenerators
            .Samples()
            .SelectMany(a => RankGenerators.Samples().Select(b => (a, b)))
            .Check(
                ((RankSamples First, RankSamples Second) c) =>
                {
                    var appended = DiscreteDensity.Fit(c.First).Append(c.Second, 0.77);
                    var scratch = DiscreteDensity.Fit(c.First.Concat(c.Second), 0.77);
                    Assert.Equal(scratch.Atoms, appended.Atoms);
                    Assert.Equal(scratch.Count, appended.Count);
                    foreach (var x in new[] { 0, 0.11, 0.5, 0.77, 1 }) Assert.Equal(scratch.Tail(x), appended.Tail(x), 1e-12);
                    foreach (var atom in scratch.Atoms)
                    {
                        Assert.Equal(scratch.LogPdf(atom), appended.LogPdf(atom), 1e-12);
                        Assert.Equal(scratch.LogPdfQuantile(atom, 0.9), appended.LogPdfQuantile(atom, 0.9), 1e-12);
                    }
                }
            );

    [Fact]
    public void A_weight_of_3_gives_the_mass_of_three_rows_but_not_their_certainty()
    {
        var weighted = DiscreteDensity.Fit(
            new(
                [.. Enumerable.Repeat(0.2, 50), .. Enumerable.Repeat(0.8, 50)],
                [.. Enumerable.Repeat(3.0, 50), .. Enumerable.Repeat(1.0, 50)]
            )
        );
        var repeated = DiscreteDensity.Fit(new([.. Enumerable.Repeat(0.2, 150), .. Enumerable.Repeat(0.8, 50)]));
        Assert.Equal(Math.Exp(repeated.LogPdf(0.2)), Math.Exp(weighted.LogPdf(0.2)), 0.005);
        Assert.True(Width(weighted, 0.2) > 1.3 * Width(repeated, 0.2));
    }

    [Fact]
    public void Beyond_the_highest_rank_seen_the_tail_is_that_of_one_sample_more()
    {
        var density = DiscreteDensity.Fit(new([.. Enumerable.Repeat(0.2, 300), .. Enumerable.Repeat(0.6, 100)]));
        Assert.Equal((1.0 / 401, 1.0 / 401, 101.0 / 401), (density.Tail(1), density.Tail(0.600001), density.Tail(0.6)));
        Assert.Equal((1.0, 101.0 / 401), (density.Tail(0), density.Tail(0.4)));
    }

    [Fact]
    public void An_atom_that_only_the_other_class_has_is_rare_but_possible()
    {
        var density = DiscreteDensity.Fit(new([.. Enumerable.Repeat(0.1, 1000)]), 0.9);
        Assert.InRange(density.LogPdf(0.9), Math.Log(1e-4), Math.Log(1e-3));
        Assert.True(Width(density, 0.9) > 3);
    }

    [Fact]
    public void One_atom_or_none_still_answers()
    {
        var one = DiscreteDensity.Fit(new([0.3]));
        Assert.Equal(0, one.LogPdf(0.3));
        Assert.True(double.IsFinite(one.LogPdfQuantile(0.3, 0.1)));
        var none = DiscreteDensity.Fit(RankSamples.Empty);
        Assert.Equal((0, 1), (none.LogPdf(0.3), none.Tail(0.3)));
        Assert.True(double.IsFinite(none.LogPdfQuantile(0.3, 0.1)));
    }

    [Fact]
    public void The_central_90_percent_of_a_mass_hold_the_truth_about_that_often()
    {
        double[] shares = [0.6, 0.2, 0.1, 0.05, 0.05];
        var inside = 0;
        for (var k = 0; k < 400; k++)
        {
            var density = DiscreteDensity.Fit(new(RankGenerators.Atomic(200, shares, 9000 + k)));
            var atom = RankGenerators.AtomOf(2, 5);
            if (density.LogPdfQuantile(atom, 0.05) <= Math.Log(0.1) && Math.Log(0.1) <= density.LogPdfQuantile(atom, 0.95)) inside++;
        }
        Assert.InRange(inside, 400 * 0.85, 400 * 0.95);
    }

    [Fact]
    public void A_rank_is_found_among_thousands_of_atoms_however_they_lie()
    {
        double[] atoms = [0, .. Enumerable.Range(1, 3000).Select(i => 0.5 + i * 1e-9), 0.9990234375, 1];
        var density = DiscreteDensity.Fit(new(atoms));
        for (var r = 0; r < atoms.Length; r++)
        {
            var tail = (atoms.Length - r + 1.0) / (atoms.Length + 1);
            Assert.Equal(r == 0 ? 1 : tail, density.Tail(atoms[r]), 1e-12);
            if (r > 0) Assert.Equal(tail, density.Tail(Math.BitDecrement(atoms[r])), 1e-12);
        }
    }

    static double Width(DiscreteDensity density, double x) => density.LogPdfQuantile(x, 0.95) - density.LogPdfQuantile(x, 0.05);

    static double LogEvidence(DiscreteDensity density, double concentration)
    {
        var share = concentration / density.Atoms.Length;
        return SpecialFunctions.GammaLn(concentration) - SpecialFunctions.GammaLn(density.Count + concentration)
            + density.Weights.Sum(n => SpecialFunctions.GammaLn(n + share) - SpecialFunctions.GammaLn(share));
    }
}
