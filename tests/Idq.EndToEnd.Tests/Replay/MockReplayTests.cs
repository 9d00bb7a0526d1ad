using System.Globalization;
using System.Text.Json;
using Idq.Data;
using Idq.Data.Tests.Mock;

namespace Idq.EndToEnd.Tests.Replay;

/// <summary>What a scientist sees who replays etc/mock.ini.</summary>
[Collection(MockReplayCollection.Name)]
public sealed class MockReplayTests(MockReplayFixture replay)
{
    static readonly string[] GoodWitnesses = ["H1:LSC-REFL_RF9", "H1:SUS-ETMX_L2"];
    static readonly string[] Forbidden = ["H1:GDS-CALIB_STRAIN", "H1:CAL-INJ_TRANSIENT"];

    JsonElement Classifier(string nickname) => replay.Report.GetProperty("classifiers").GetProperty(nickname);

    [Fact]
    public void The_summary_has_the_promised_shape()
    {
        Assert.Equal(["ovl", "linear", "random"], replay.Report.GetProperty("classifiers").EnumerateObject().Select(c => c.Name));
        foreach (var classifier in replay.Report.GetProperty("classifiers").EnumerateObject().Select(c => c.Value))
        {
            Assert.InRange(classifier.GetProperty("glitches").GetInt64(), 200, 400);
            Assert.InRange(classifier.GetProperty("cleans").GetInt64(), 1000, 2000);
            Assert.InRange(classifier.GetProperty("auc").GetProperty("value").GetDouble(), 0.3, 1);
            Assert.InRange(classifier.GetProperty("auc").GetProperty("stderr").GetDouble(), 0.001, 0.1);
            var efficiency = classifier.GetProperty("efficiency");
            var atFaps = new[] { "0.001", "0.01", "0.1" }.Select(fap => efficiency.GetProperty(fap).GetDouble()).ToArray();
            Assert.Equal(atFaps.Order(), atFaps);
            Assert.True(classifier.TryGetProperty("coverage", out _));
        }
        Assert.Equal(MockReplayFixture.End - MockReplayFixture.Start, replay.Report.GetProperty("livetime").GetInt64());
        var latency = replay.Report.GetProperty("latency");
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 1e-6, latency.GetProperty("p99").GetDouble());
    }

    [Fact]
    public void Every_stride_is_done_and_none_is_skipped()
    {
        var strides = replay.Report.GetProperty("strides");
        Assert.Equal(
            (900, 0, 0),
            (strides.GetProperty("done").GetInt32(), strides.GetProperty("skipped").GetInt32(), strides.GetProperty("empty").GetInt32())
        );
    }

    [Fact]
    public async Task The_products_of_the_report_are_the_rows_of_the_ledger()
    {
        var reported = replay.Report.GetProperty("products").EnumerateArray().Select(p => JsonSerializer.Serialize(p)).ToArray();
        Assert.Equal(await replay.Analysis.LedgerAsync(), reported);
        Assert.Equal(
            Enumerable.Range(1, reported.Length),
            replay.Report.GetProperty("products").EnumerateArray().Select(p => p.GetProperty("seq").GetInt32())
        );
        await replay.Analysis.AssertRegisteredAsync();
    }

    [Fact]
    public void Every_product_names_parents_that_were_registered_before_it()
    {
        var kinds = new Dictionary<long, string>();
        foreach (var product in replay.Report.GetProperty("products").EnumerateArray())
        {
            var kind = product.GetProperty("kind").GetString()!;
            var parents = product.GetProperty("parents").EnumerateArray().Select(p => kinds[p.GetInt64()]).ToHashSet();
            switch (kind)
            {
                case "quiver": Assert.Contains("model", parents); break;
                case "map": Assert.Contains("quiver", parents); break;
                case "series": Assert.Contains("model", parents); break;
            }
            kinds[product.GetProperty("seq").GetInt64()] = kind;
        }
        Assert.Equal(["map", "model", "quiver", "series"], kinds.Values.Distinct().Order());
    }

    [Fact]
    public void Products_lie_where_the_file_naming_convention_says()
    {
        // Strides of a complete hour share its file; a stride without rows has none.
        foreach (var product in replay.Report.GetProperty("products").EnumerateArray())
        {
            if (product.GetProperty("path").ValueKind == JsonValueKind.Null) continue;
            var (kind, nickname) = (product.GetProperty("kind").GetString()!, product.GetProperty("nickname").GetString()!);
            var job = kind switch { "model" => "train", "quiver" => "evaluate", "map" => "calibrate", _ => "timeseries" };
            var (start, end) = (product.GetProperty("start").GetInt64(), product.GetProperty("end").GetInt64());
            var extension = kind is "model" or "map" ? "json" : "parquet";
            if (kind is "quiver" or "series") (start, end) = (start / 3600 * 3600, (start / 3600 + 1) * 3600);
            Assert.Equal(
                $"{job}/{nickname}/{start / 100_000}/"
                + $"H1-IDQ_{kind.ToUpperInvariant()}_{nickname.ToUpperInvariant()}-{start}-{end - start}.{extension}",
                product.GetProperty("path").GetString()
            );
        }
    }

    [Fact]
    public async Task The_veto_list_of_ovl_begins_with_the_good_witnesses()
    {
        var list = (await StreamProgram.RunAsync("model", "show", await replay.NewestModelAsync("ovl"), "--format", "vetolist")).Done;
        var channels = list.Lines.Where(l => l[0] != '#').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]).ToArray();
        Assert.Equal(GoodWitnesses, channels.Take(2).Order());
        Assert.Empty(channels.Intersect(Forbidden));
    }

    [Theory]
    [InlineData("ovl")]
    [InlineData("linear")]
    public async Task The_most_important_channels_are_the_good_witnesses(string nickname)
    {
        var model = (await StreamProgram.RunAsync("model", "show", await replay.NewestModelAsync(nickname), "--output", "json")).Done.Json;
        var names = model
            .GetProperty("importance")
            .EnumerateArray()
            .OrderByDescending(r => Math.Abs(r.GetProperty("importance").GetDouble()))
            .Select(r => r.GetProperty("name").GetString()!)
            .ToArray();
        Assert.Equal(
            GoodWitnesses,
            names.Take(2).Select(n => GoodWitnesses.FirstOrDefault(w => n.StartsWith(w, StringComparison.Ordinal)) ?? n).Order()
        );
        Assert.DoesNotContain(names, n => Forbidden.Any(f => n.Contains(f, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task No_model_of_any_time_uses_the_target_or_an_unsafe_channel_as_a_witness()
    {
        foreach (
            var product in replay.Report.GetProperty("products").EnumerateArray().Where(p => p.GetProperty("kind").GetString() == "model")
        )
        {
            var table = await File.ReadAllTextAsync(Path.Combine(replay.Analysis.Products, product.GetProperty("path").GetString()!));
            using var model = JsonDocument.Parse(table);
            Assert.DoesNotContain(Forbidden[1] + "-", table, StringComparison.Ordinal);
            Assert.DoesNotContain(Forbidden[0] + "-", table, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ovl_finds_what_the_simulation_says_can_be_found()
    {
        // The newest list's lowest threshold and widest window bound what any line of it can veto.
        const double LowestThreshold = 6;
        var widest = TimeSpan.FromSeconds(0.1).Ticks * 100;
        var truth = MockTruths();
        var seen = 0;
        var glitches = (
            await replay.Analysis.JsonAsync("query", "SELECT time_ns FROM quivers WHERE nickname = 'ovl' AND label = 1 ORDER BY 1")
        )
            .EnumerateArray()
            .Select(r => r.GetProperty("time_ns").GetInt64())
            .ToArray();
        foreach (var glitch in glitches)
        {
            // A target trigger without a physical event behind it is noise, which no witness sees.
            if (!truth.TryGetValue(glitch, out var sightings))
                continue;
            if (
                sightings.Any(s =>
                    s.Channel != Forbidden[0] && s.Values[0] >= LowestThreshold && Math.Abs(s.Time.Nanoseconds - glitch) <= widest
                )
            )
                seen++;
        }
        var expected = seen / (double)glitches.Length;
        var found = Classifier("ovl").GetProperty("efficiency").GetProperty("0.01").GetDouble();
        var error = Math.Sqrt(expected * (1 - expected) / glitches.Length);
        Assert.Equal(Classifier("ovl").GetProperty("glitches").GetInt32(), glitches.Length);
        Assert.InRange(expected, 0.6, 0.85);
        Assert.True(
            Math.Abs(found - expected) <= 3 * error,
            $"OVL finds {found:F4} of the glitches; {expected:F4} ± {error:F4} have a witness"
        );
    }

    [Fact]
    public void The_null_test_finds_nothing()
    {
        var auc = Classifier("random").GetProperty("auc");
        var (value, error) = (auc.GetProperty("value").GetDouble(), auc.GetProperty("stderr").GetDouble());
        Assert.True(Math.Abs(value - 0.5) <= 3 * error, $"the null test has an AUC of {value:F4} ± {error:F4}");
    }

    [Theory]
    [InlineData("ovl")]
    [InlineData("linear")]
    [InlineData("random")]
    public void Probabilities_are_honest(string nickname)
    {
        var coverage = Classifier(nickname).GetProperty("coverage");
        var (value, error) = (coverage.GetProperty("value").GetDouble(), coverage.GetProperty("stderr").GetDouble());
        Assert.True(Math.Abs(value - 1) <= 3 * error, $"the coverage of {nickname} is {value:F4} ± {error:F4}");
    }

    [Theory]
    [InlineData("ovl")]
    [InlineData("linear")]
    [InlineData("random")]
    public void Fap_is_the_share_of_clean_time_and_PGLITCH_sums_to_the_windows_with_a_glitch(string nickname)
    {
        foreach (var fap in Classifier(nickname).GetProperty("fap").EnumerateObject())
        {
            var (share, of) = (fap.Value.GetProperty("value").GetDouble(), double.Parse(fap.Name, CultureInfo.InvariantCulture));
            var three = 3 * fap.Value.GetProperty("stderr").GetDouble();
            Assert.InRange(share, nickname == "ovl" ? 0 : of - three, of + three);
        }
        var pglitch = Classifier(nickname).GetProperty("pglitch");
        var error = pglitch.GetProperty("stderr").GetDouble();
        Assert.InRange(pglitch.GetProperty("value").GetDouble(), 1 - 3 * error, 1 + 3 * error);
        foreach (var bin in pglitch.GetProperty("bins").EnumerateArray())
        {
            var excess = bin.GetProperty("held").GetDouble() - bin.GetProperty("stated").GetDouble();
            Assert.True(Math.Abs(excess) <= 3 * bin.GetProperty("stderr").GetDouble(), $"{nickname}: {bin}");
        }
    }

    [Fact]
    public async Task Reliability_prints_the_same_and_draws_it()
    {
        var svg = Path.Combine(replay.Analysis.Products, "reliability.svg");
        var lines = (await replay.Analysis.RunAsync("reliability", "--svg", svg, "--output", "json")).Done.Json.EnumerateArray().ToArray();
        Assert.Equal(["ovl", "linear", "random"], lines.Select(l => l.GetProperty("classifier").GetString()).Distinct());
        var line = lines.Single(l => l.GetProperty("classifier").GetString() == "linear" && l.GetProperty("figure").GetString() == "fap"
            && l.GetProperty("to").GetDouble() == 0.1);
        var summary = Classifier("linear").GetProperty("fap").GetProperty("0.1").GetProperty("value").GetDouble();
        Assert.Equal(summary, line.GetProperty("observed").GetDouble(), 1e-6);
        Assert.Contains("linear</text>", await File.ReadAllTextAsync(svg), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ovl_and_linear_beat_the_null_test_by_far()
    {
        foreach (var nickname in new[] { "ovl", "linear" })
            Assert.True(Classifier(nickname).GetProperty("auc").GetProperty("value").GetDouble() > 0.8, nickname);
        var mean = (
            await replay.Analysis.JsonAsync(
                "query",
                "SELECT label, avg(rank) AS r FROM quivers WHERE nickname = 'linear' GROUP BY 1 ORDER BY 1"
            )
        )
            .EnumerateArray()
            .Select(r => r.GetProperty("r").GetDouble())
            .ToArray();
        Assert.True(mean[1] > 5 * mean[0]);
    }

    [Fact]
    public async Task The_series_has_every_sample_of_the_range_once_and_is_neutral_where_it_is_not_ok()
    {
        var rows = await replay.Analysis.JsonAsync("query", """
            SELECT nickname, count(*) AS n, count(DISTINCT time) AS distinct_n, min(time) AS first, max(time) AS last, sum(ok) AS ok,
                   count_if(ok = 0 AND (rank <> 0 OR fap <> 1 OR eff <> 1 OR loglike <> 0 OR pglitch <> 0)) AS loud,
                   count_if(rank < 0 OR rank > 1 OR fap < 0 OR fap > 1 OR eff < 0 OR eff > 1
                            OR pglitch < 0 OR pglitch > 1 OR isnan(loglike)) AS wrong
            FROM series GROUP BY nickname ORDER BY nickname
            """);
        var samples = (MockReplayFixture.End - MockReplayFixture.Start) * 128;
        Assert.Equal(3, rows.GetArrayLength());
        foreach (var row in rows.EnumerateArray())
        {
            Assert.Equal((samples, samples), (row.GetProperty("n").GetInt64(), row.GetProperty("distinct_n").GetInt64()));
            Assert.Equal(MockReplayFixture.Start, row.GetProperty("first").GetDecimal());
            Assert.Equal(MockReplayFixture.End - 1 / 128m, row.GetProperty("last").GetDecimal());
            Assert.InRange(row.GetProperty("ok").GetInt64(), samples / 2, samples - 1);
            Assert.Equal((0, 0), (row.GetProperty("loud").GetInt64(), row.GetProperty("wrong").GetInt64()));
        }
    }

    [Fact]
    public async Task The_series_is_high_at_the_glitches_that_ovl_knows()
    {
        var rows = await replay.Analysis.JsonAsync("query", """
            SELECT avg(s.pglitch) AS at_glitch, (SELECT avg(pglitch) FROM series WHERE nickname = 'ovl' AND ok = 1) AS anywhere
            FROM series s JOIN quivers q ON s.nickname = q.nickname AND s.time_ns = (q.time_ns // 7812500) * 7812500
            WHERE s.nickname = 'ovl' AND s.ok = 1 AND q.label = 1
            """);
        var row = Assert.Single(rows.EnumerateArray());
        Assert.True(row.GetProperty("at_glitch").GetDouble() > 20 * row.GetProperty("anywhere").GetDouble(), row.ToString());
    }

    [Fact]
    public async Task Each_job_is_a_run_with_its_metrics()
    {
        var runs = await replay.Analysis.JsonAsync("runs");
        Assert.Equal(
            ["calibrate", "evaluate", "timeseries", "train"],
            runs.EnumerateArray().Select(r => r.GetProperty("name").GetString()!).Order()
        );
        foreach (var run in runs.EnumerateArray())
        {
            Assert.Equal("mock", run.GetProperty("experiment").GetString());
            Assert.Equal("COMPLETED", run.GetProperty("status").GetString(), ignoreCase: true);
            Assert.True(run.GetProperty("started").GetDateTimeOffset() <= run.GetProperty("updated").GetDateTimeOffset());
            Assert.True(run.GetProperty("metrics").EnumerateObject().Any());
        }
        var livetime = await replay.Analysis.JsonAsync(
            "query",
            "SELECT sum(value) AS livetime FROM metrics WHERE name = 'evaluate' AND key = 'livetime'"
        );
        Assert.Equal(7200, livetime[0].GetProperty("livetime").GetDouble());
    }

    [Fact]
    public void Standard_error_says_which_job_is_in_which_stride() =>
        Assert.Contains("evaluate: over [1262304000, 1262311200), stride 8 s", replay.Result.Errors, StringComparison.Ordinal);

    static Dictionary<long, IReadOnlyList<MockSighting>> MockTruths()
    {
        using var source = new MockSource(Repository.Path("etc", "mock-channels.ini"), 1);
        var truths = new Dictionary<long, IReadOnlyList<MockSighting>>();
        foreach (var truth in MockTruth.Of(source, 1, Segment.FromSeconds(MockReplayFixture.Start - 1, MockReplayFixture.End + 1)))
            if (truth.Sightings.FirstOrDefault(s => s.Channel == Forbidden[0]) is { } target)
                truths[target.Time.Nanoseconds] = truth.Sightings;
        return truths;
    }
}
