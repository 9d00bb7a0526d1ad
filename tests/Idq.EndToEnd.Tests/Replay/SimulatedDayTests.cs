using System.Globalization;
using System.Text.Json;

namespace Idq.EndToEnd.Tests.Replay;

/// <summary>A day of etc/mock.ini: what FAP and PGLITCH say is what happens, and nothing was paid for it.</summary>
public sealed class SimulatedDayTests : IDisposable
{
    readonly Analysis analysis = Analysis.Mock();

    [Fact]
    public async Task Over_a_day_clean_time_and_windows_with_a_glitch_are_the_share_that_was_said()
    {
        // The series has as many samples an hour as it needs, in few files, to be quick.
        using var replay = analysis.Start(
            "run", "--replay", "--set", "replay:gps_end=1262390400", "--set", "timeseries:srate=32",
            "--set", "timeseries stream:stride=64", "--quiet", "--output", "json");
        var report = (await replay.EndAsync(TimeSpan.FromMinutes(40))).Done.Json;
        foreach (var classifier in report.GetProperty("classifiers").EnumerateObject())
        {
            var (nickname, figures) = (classifier.Name, classifier.Value);
            foreach (var fap in figures.GetProperty("fap").EnumerateObject())
            {
                var (value, error) = Estimate(fap.Value);
                var stated = double.Parse(fap.Name, CultureInfo.InvariantCulture);
                // A discrete map cannot state every FAP: it may have less.
                var isRight = value <= stated + 3 * error && (nickname == "ovl" || value >= stated - 3 * error);
                Assert.True(isRight, $"{nickname}: {value} of clean time has FAP <= {stated} ± {error}");
            }
            var (ratio, ofRatio) = Estimate(figures.GetProperty("pglitch"));
            Assert.True(Math.Abs(ratio - 1) <= 3 * ofRatio, $"{nickname}: PGLITCH sums to {ratio} ± {ofRatio} of windows with a glitch");
            Assert.InRange(ofRatio, 0.001, 0.1);
            foreach (var bin in figures.GetProperty("pglitch").GetProperty("bins").EnumerateArray())
                Assert.True(Math.Abs(Number(bin, "held") - Number(bin, "stated")) <= 3 * Number(bin, "stderr"), $"{nickname}: {bin}");
        }
        // What the same day gave when ranks were raw scores.
        var before = new[] { ("ovl", 0.8455, 0.6912), ("linear", 0.8507, 0.7009), ("random", 0.4998, 0.0100) };
        foreach (var (nickname, auc, efficiency) in before)
        {
            var figures = report.GetProperty("classifiers").GetProperty(nickname);
            var (value, error) = Estimate(figures.GetProperty("auc"));
            Assert.True(value >= auc - error, $"{nickname}: the AUC is {value}, it was {auc}");
            var found = figures.GetProperty("efficiency").GetProperty("0.01").GetDouble();
            Assert.True(found >= efficiency - 0.0075, $"{nickname}: finds {found} at a FAP of 0.01, it was {efficiency}");
        }
    }

    public void Dispose() => analysis.Dispose();

    static (double Value, double Error) Estimate(JsonElement estimate) => (Number(estimate, "value"), Number(estimate, "stderr"));

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
