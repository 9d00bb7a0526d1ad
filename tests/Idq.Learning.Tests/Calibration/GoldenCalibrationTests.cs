using System.Globalization;
using System.Text.Json;

namespace Idq.Learning.Tests.Calibration;

public class GoldenCalibrationTests
{
    [GoldenCalibrationFact]
    public void Exact_pdf_and_cdf_are_those_of_the_reference_to_1e_minus_10() => ForEveryPoint((samples, x, pdf, cdf) =>
    {
        Near(pdf, ExactDensity.Pdf(samples, 0.1, x));
        Near(cdf, ExactDensity.Cdf(samples, 0.1, x));
    });

    [GoldenCalibrationFact]
    public void The_grid_of_a_fit_has_the_reference_values_at_its_points() => ForEveryPoint((samples, x, pdf, cdf) =>
    {
        var density = ReflectedKernelDensity.Fit(samples, 0.1);
        var point = (int)Math.Round(x * 100);
        Near(pdf, density.KernelPdf[point]);
        Near(cdf, density.KernelCdf[point]);
    });

    [GoldenCalibrationFact]
    public void Leave_one_out_bandwidths_are_those_of_the_reference_to_1e_minus_10()
    {
        var golden = GoldenCalibration.Kde;
        Near(golden.GetProperty("bopt_A").GetDouble(), Bandwidth.LeaveOneOut(Samples(golden, "A")));
        Near(golden.GetProperty("bopt_B").GetDouble(), Bandwidth.LeaveOneOut(Samples(golden, "B")));
    }

    static void ForEveryPoint(Action<RankSamples, double, double, double> check)
    {
        var golden = GoldenCalibration.Kde;
        foreach (var name in new[] { "A", "B" })
            foreach (var point in golden.GetProperty($"kde{name}_b0p1").EnumerateObject())
                check(Samples(golden, name), double.Parse(point.Name, CultureInfo.InvariantCulture),
                    point.Value.GetProperty("pdf").GetDouble(), point.Value.GetProperty("cdf").GetDouble());
    }

    static RankSamples Samples(JsonElement golden, string name) =>
        new([.. golden.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())]);

    static void Near(double expected, double actual) =>
        Assert.True(Math.Abs(actual - expected) <= 1e-10 * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");
}
