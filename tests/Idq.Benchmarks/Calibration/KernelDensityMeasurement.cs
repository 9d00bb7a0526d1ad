using System.Runtime.InteropServices;
using Idq.Learning;

namespace Idq.Benchmarks.Calibration;

/// <summary>P10: a kernel density of 20 000 ranks on 1 000 points, beside scikit-learn; and what a sample more costs.</summary>
sealed class KernelDensityMeasurement() : Measurement("P10", "calibration")
{
    const int Samples = 20_000;
    const int Points = 1_000;

    public override Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var rows = new List<Row>();
        foreach (var bandwidth in new[] { 0.1, 0.01 }) rows.AddRange(Fit(lab, bandwidth));
        rows.AddRange(Append(lab));
        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    IEnumerable<Row> Fit(Laboratory lab, double bandwidth)
    {
        var samples = KernelDensityBenchmark.Draw(Samples);
        var density = ReflectedKernelDensity.Fit(samples, bandwidth, Points);
        var result = lab.PathOf("density");
        using var sklearn = PythonReference.Start(
            "kernel_density.py",
            new
            {
                ranks = lab.Save<double>("ranks", samples.Ranks),
                bandwidth,
                points = Points,
                result,
            },
            out var reason
        );
        var (ours, reference) = Rounds.Interleave(
            lab,
            3,
            () => ReflectedKernelDensity.Fit(samples, bandwidth, Points),
            sklearn is null ? null : sklearn.Run
        );
        var (name, same) = (
            $"KDE, 20 k samples x 1 k points, bandwidth {bandwidth}",
            $"KDE, bandwidth {bandwidth}: largest relative difference"
        );
        const string Target = "at least 10x scikit-learn";
        const string Agreement = "at most 1e-9";
        if (sklearn is null)
        {
            return
            [
                Row.Missing(Goal, name, Target, reason) with { Ours = new(ours, "s") },
                Row.Missing(Goal, same, Agreement, reason),
            ];
        }
        var difference = Difference(density.KernelPdf, MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(result)));
        return
        [
            new(Goal, name)
            {
                Ours = new(ours, "s"),
                Reference = new(reference!.Value, "s"),
                ReferenceName = sklearn.Name,
                Ratio = reference / ours,
                Target = Target,
                Verdict = reference >= 10 * ours ? Verdict.Met : Verdict.Missed,
                Note =
                    "ours makes the density with reflecting ends, its integral and the uncertainty of both; "
                        + "the reference the plain density",
            },
            new(Goal, same)
            {
                Ours = new(difference, ""),
                Target = Agreement,
                Verdict = difference <= 1e-9 ? Verdict.Met : Verdict.Missed,
                Note = "against scikit-learn on the samples and their mirror images",
            },
        ];
    }

    IEnumerable<Row> Append(Laboratory lab)
    {
        const double Bandwidth = 0.1;
        var (hundred, thousand) = (KernelDensityBenchmark.Draw(100), KernelDensityBenchmark.Draw(1_000));
        var small = ReflectedKernelDensity.Fit(KernelDensityBenchmark.Draw(Samples), Bandwidth, Points);
        var large = ReflectedKernelDensity.Fit(KernelDensityBenchmark.Draw(10 * Samples), Bandwidth, Points);
        var (onLarge, onSmall) = Rounds.Interleave(
            lab,
            50,
            () => large.Append(hundred),
            () => Rounds.TimeAtOnce(() => small.Append(hundred)),
            isShort: true
        );
        var (ten, _) = Rounds.Interleave(lab, 1, () => small.Append(thousand), null, isShort: true);
        return
        [
            new(Goal, "appending 100 samples to 200 k")
            {
                Ours = new(onLarge, "s"),
                Reference = new(onSmall!.Value, "s"),
                ReferenceName = "to 20 k",
                Ratio = onSmall / onLarge,
                Target = "the same: at most 1.2x",
                Verdict = onLarge <= 1.2 * onSmall ? Verdict.Met : Verdict.Missed,
            },
            new(Goal, "appending 1 000 samples to 20 k")
            {
                Ours = new(ten, "s"),
                Reference = new(onSmall.Value, "s"),
                ReferenceName = "100 samples",
                Ratio = onSmall / ten,
                Target = "at most in proportion: 11x",
                Verdict = ten <= 11 * onSmall ? Verdict.Met : Verdict.Missed,
            },
        ];
    }

    static double Difference(ReadOnlySpan<double> ours, ReadOnlySpan<double> theirs)
    {
        double largest = 0;
        for (var g = 0; g < ours.Length; g++) largest = Math.Max(largest, Math.Abs(ours[g] - theirs[g]) / theirs[g]);
        return largest;
    }
}
