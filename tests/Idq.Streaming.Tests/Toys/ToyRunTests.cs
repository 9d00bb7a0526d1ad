using System.Text;
using FsCheck.Fluent;
using Idq.Streaming.Tests.Toys.Source;

namespace Idq.Streaming.Tests.Toys;

/// <summary>
/// A classifier, a source and writers that the program does not know do a whole run, by nothing but their line in the catalogue.
/// </summary>
public sealed class ToyRunTests
{
    static readonly int[] Hole = [12, 13];

    static ToyRun WithHole() => new(ToyLog.Random(Gps.Seg(-4, 132), 5, Hole));

    [Fact]
    public async Task A_run_of_toys_makes_every_kind_of_product()
    {
        using var toys = new ToyRun();
        var report = await toys.RunAsync();
        Assert.False(report.Interrupted);
        var kinds = report.Products.CountBy(p => (p.Job, p.Kind, Path.GetExtension(p.Path))).ToDictionary();
        Assert.Equal(16, kinds[("timeseries", "series", ".txt")]);
        Assert.InRange(kinds[("train", "model", ".json")], 2, 7);
        Assert.InRange(kinds[("calibrate", "map", ".json")], 1, 16);
        // A quiver in every format for every stride after the first model.
        Assert.Equal(kinds[("evaluate", "quiver", ".parquet")], kinds[("evaluate", "quiver", ".txt")]);
        Assert.Equal("recall", Assert.Single(report.Classifiers).Nickname);
        Assert.InRange(report.Classifiers[0].Auc, 0.6, 1);
    }

    [Fact]
    public async Task A_second_format_of_quivers_changes_no_number_of_the_report()
    {
        using var two = new ToyRun();
        using var one = new ToyRun("evaluate reporting:flavor=ParquetReporter");
        var (ofTwo, ofOne) = (await two.RunAsync(), await one.RunAsync());
        static object Numbers(ClassifierSummary c) => (c.Glitches, c.Cleans, c.Auc, c.AucError, c.Coverage.Observed);
        Assert.Equal(ofOne.Classifiers.Select(Numbers), ofTwo.Classifiers.Select(Numbers));
        Assert.Equal(ParquetRows(one), ParquetRows(two));
        Assert.Equal(one.Analysis.Products("map").Select(Hash), two.Analysis.Products("map").Select(Hash));
    }

    static string? Hash(Tracking.Product product) => product.Attributes().GetProperty("hash").GetString();

    static List<string> ParquetRows(ToyRun toys)
    {
        var rows = new List<string>();
        foreach (var product in toys.Analysis.Products("quiver").Where(QuiverRows.IsReadable))
        {
            using var table = new Products.ParquetTable(toys.Analysis.Paths.Absolute(product.Path));
            rows.AddRange(table.Longs("time_ns").Zip(table.Doubles("rank"), (t, r) => $"{t} {Rows.Bits(r)}"));
        }
        return rows;
    }

    [Fact]
    public async Task The_toys_files_have_the_ranks_of_the_programs_own()
    {
        using var toys = new ToyRun();
        await toys.RunAsync();
        var rows = toys.Lines("quiver").Select(l => l.Split(' ')).ToArray();
        Assert.True(rows.Length > 100);
        Assert.Equal(ParquetRows(toys), rows.Select(r => $"{r[0]} {r[2]}"));
    }

    [Fact]
    public async Task The_ranks_are_those_of_the_newest_model_of_the_time()
    {
        using var toys = new ToyRun();
        await toys.RunAsync();
        foreach (var product in toys.Analysis.Products("quiver").Where(p => !QuiverRows.IsReadable(p)))
        {
            var model = toys.Analysis.Store.Product(product.Parents[0])!;
            Assert.Equal(("model", true), (model.Kind, model.EndNs <= product.EndNs));
            var shares = new[] { true, false }.Select(((Classifier.RecallModel)toys.Read(model.Path)).Share).Select(Rows.Bits);
            var ranks = File.ReadAllLines(toys.Analysis.Paths.Absolute(product.Path)).Select(l => l.Split(' ')[2]);
            Assert.Subset(shares.ToHashSet(), ranks.ToHashSet());
        }
    }

    [Fact]
    public async Task The_toy_is_trained_with_new_rows_only_and_with_all_of_them()
    {
        using var toys = new ToyRun();
        using var atOnce = new ToyRun("train stream:stride=128", "train stream:min_new_samples=1");
        await toys.RunAsync();
        await atOnce.RunAsync();
        var models = toys.Models();
        var all = Assert.Single(atOnce.Models()).Rows;
        Assert.Equal(Enumerable.Range(1, models.Length), models.Select(m => m.Trainings));
        foreach (var (earlier, later) in models.Zip(models.Skip(1)))
        {
            Assert.Equal(earlier.Rows, later.Rows[..earlier.Rows.Length]);
            Assert.True(later.Rows.Length - earlier.Rows.Length >= 50, "a model waits for min_new_samples");
        }
        Assert.Equal(all[..models[^1].Rows.Length], models[^1].Rows);
        var left = Cursor.Parse(toys.Analysis.Store.Cursor("train/recall")!).State;
        Assert.Equal(all.Length, models[^1].Rows.Length + left);
    }

    [Theory]
    [InlineData("recall:treshold=3", "treshold", "threshold")]
    [InlineData("recall:threshold=high", "threshold", "high")]
    [InlineData("recall:threshold=101", "threshold", "101")]
    [InlineData("train data discovery:groups=a c", "groups", "it has a, b")]
    [InlineData("train data discovery:group=a", "group", "groups")]
    [InlineData("timeseries reporting:destinaton=x", "destinaton", "destination")]
    [InlineData("timeseries reporting:flavor=ToySerie", "flavor", "ToySeries")]
    [InlineData("evaluate reporting:flavor=ToyQuiver", "flavor", "QuiverReporter")]
    public void The_options_of_the_toys_are_checked(string setting, string key, string says)
    {
        var e = Assert.Throws<ConfigurationException>(() => new ToyRun(setting));
        var problem = Assert.Single(e.Problems, p => p.Severity == Severity.Error);
        Assert.Equal((setting.Split(':')[0], key), (problem.Section, problem.Key));
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_their_lines_in_the_catalogue_the_toys_are_unknown()
    {
        var e = Assert.Throws<ConfigurationException>(() => Analysis.With(ToyRun.Ini, Catalogue.BuiltIn));
        foreach (var word in new[] { "ToyLog", "Recall", "ToySeries", "ToyQuiver" })
            Assert.Contains(e.Problems, p => p.Message.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_is_interrupted_anywhere_loses_no_event_and_doubles_none()
    {
        using var whole = WithHole();
        await whole.RunAsync();
        var state = whole.Analysis.State();
        Gen.Choose(1, 17).ArrayOf(3).CheckAsync(async stops =>
        {
            using var pieces = WithHole();
            foreach (var stop in stops) Assert.True((await pieces.RunAsync(stop)).Interrupted);
            await pieces.RunAsync();
            Assert.Equal(state.Except(pieces.Analysis.State()), pieces.Analysis.State().Except(state));
            Assert.Equal(state, pieces.Analysis.State());
            Assert.Equal(whole.Analysis.Files(), pieces.Analysis.Files());
        }, runs: 12);
    }

    [Fact]
    public void A_restart_resumes_the_source_at_the_positions_of_the_last_commits() =>
        Gen.Choose(1, 45).CheckAsync(async strides =>
        {
            using var toys = new ToyRun("train stream:max_stride=16");
            await toys.RunAsync(strides);
            Assert.Null(toys.Log.Sources.Single().ResumedAt);
            var cursors = toys.Analysis.Store.Cursors();
            var stored = cursors.Where(c => c.Key.StartsWith("position/", StringComparison.Ordinal)).Select(c => c.Value).ToArray();
            await toys.RunAsync();
            var resumed = toys.Log.Sources[1].ResumedAt;
            // A job that has committed nothing yet still needs everything.
            Assert.Equal(stored.Length < 3, resumed is null);
            if (resumed is null) return;
            Assert.Equal(stored.Order(StringComparer.Ordinal), resumed.Order(StringComparer.Ordinal));
            var first = stored.Select(s => int.Parse(s.Split(' ')[0]["a=".Length..])).Min();
            Assert.Equal(first, toys.Log.Sources[1].Offsets["a"].First);
        }, runs: 5);

    [Fact]
    public async Task Positions_move_on_with_the_cursors_so_that_a_restart_does_not_begin_at_the_beginning()
    {
        using var toys = new ToyRun("train stream:max_stride=16");
        await toys.RunAsync();
        await toys.RunAsync(range: Gps.Seg(0, 132));
        Assert.True(toys.Log.Sources[1].Offsets["a"].First > 20, "most of the log is not read again");
    }

    [Fact]
    public async Task What_one_group_lacks_is_a_loss_that_names_the_group()
    {
        using var toys = WithHole();
        await toys.RunAsync();
        var (start, end) = (-4 + 4 * Hole[0], -4 + 4 * (Hole[^1] + 1));
        foreach (var job in new[] { "train", "evaluate", "timeseries" })
        {
            var lost = toys.Analysis.Store.Skips(job).Where(s => s.Reason == "undelivered").ToArray();
            Assert.Equal(Gps.List((start, end)), SegmentList.Coalesce(lost.Select(s => s.Span())));
            Assert.Equal((end - start) * Gps.Second, lost.Sum(s => s.Span().Duration));
            Assert.All(lost, s => Assert.Equal("the source has no data of b for this time", s.Detail));
        }
        // Without one group a row would have features of half the channels: there is none.
        var missing = Gps.Seg(start, end);
        Assert.DoesNotContain(toys.Lines("quiver"), l => missing.Contains(new GpsTime(long.Parse(l.Split(' ')[0]))));
        Assert.All(
            toys.Lines("series").Select(l => l.Split(' ')).Where(c => missing.Contains(new GpsTime(long.Parse(c[0])))),
            c => Assert.Equal("0", c[1])
        );
    }

    [Fact]
    public async Task A_channel_that_comes_half_way_disturbs_nobody()
    {
        using var toys = new ToyRun();
        await toys.RunAsync();
        var source = toys.Log.Sources.Single();
        Assert.Contains(ToyLog.Late, source.Channels.Names);
        Assert.DoesNotContain(ToyLog.Late, new ToySource(toys.Log, ["a", "b"]).Channels.Names);
        Assert.Equal(["uncalibrated", "untrained"], toys.Analysis.Store.Skips().Select(s => s.Reason).Distinct().Order());
        var span = Gps.Seg(0, 128);
        var table = await source.ReadAsync(span, CancellationToken.None);
        Assert.NotEqual(0, table.Run(table.Channels.Find(ToyLog.Late)).Count);
        Assert.True(table.Run(table.Channels.Find(ToyLog.Late)).Times[0] >= Gps.At(64).Nanoseconds);
    }

    static string LateFeature(ToyRun toys) =>
        string.Join(' ', toys.Analysis.Products("quiver").Where(QuiverRows.IsReadable).Select(p => toys.Analysis.Paths.Absolute(p.Path))
            .SelectMany(path =>
            {
                using var table = new Products.ParquetTable(path);
                var names = System.Text.Json.JsonSerializer.Deserialize<string[]>(table.Metadata["features"])!;
                var at = Array.IndexOf(names, ToyLog.Late + "-snr");
                return table.Longs("time_ns").Zip(table.DoubleLists("features"))
                    .Where(r => at >= 0 && !double.IsNaN(r.Second[at])).Select(r => r.First.ToString());
            }));

    [Fact]
    public async Task A_channel_that_comes_half_way_is_used_when_the_configuration_lists_it()
    {
        using var unlisted = new ToyRun();
        using var listed = new ToyRun(
            $"features:channels=H1:AUX {ToyLog.Witness} {ToyLog.Late}", "features:missing_channels=ignore");
        await unlisted.RunAsync();
        await listed.RunAsync();
        Assert.Equal("", LateFeature(unlisted));
        var used = LateFeature(listed).Split(' ').Select(long.Parse).ToArray();
        Assert.NotEmpty(used);
        Assert.All(used, t => Assert.True(t >= (Gps.At(60) - Gps.Second).Nanoseconds));
    }

    static IEnumerable<string> Messages(ToyRun toys) => toys.Analysis.Products("series").Select(p =>
    {
        var samples = File.ReadAllLines(toys.Analysis.Paths.Absolute(p.Path));
        return $"recall {p.Span()} {samples.Count(l => l.Split(' ')[1] == "1")} of {samples.Length}";
    });

    [Fact]
    public async Task Messages_arrive_in_the_order_of_the_commits_and_none_is_left()
    {
        using var toys = new ToyRun();
        await toys.RunAsync();
        Assert.Equal(16, toys.Post.Arrived.Length);
        Assert.Equal(Messages(toys), toys.Post.Arrived);
        Assert.Equal(0, toys.Analysis.Store.OutboxCount("toy"));
    }

    [Fact]
    public async Task The_destination_is_an_option_of_the_toy()
    {
        using var toys = new ToyRun("timeseries reporting:destination=elsewhere");
        toys.Post.Fails = _ => new DataException("closed");
        await toys.RunAsync();
        Assert.Equal((16, 0), (toys.Analysis.Store.OutboxCount("elsewhere"), toys.Analysis.Store.OutboxCount("toy")));
    }

    [Fact]
    public async Task Messages_of_which_nobody_is_the_sender_stay_in_the_outbox()
    {
        using var toys = new ToyRun();
        await toys.RunAsync();
        var waiting = toys.Analysis.Store.Outbox(destination: Writer.ToyQuiverWriter.Destination);
        var quivers = toys.Analysis.Products("quiver").Where(p => !QuiverRows.IsReadable(p));
        Assert.Equal(
            quivers.Select(p => $"{p.Span()} {p.Attributes().GetProperty("rows").GetInt32()}"),
            waiting.Select(m => Encoding.UTF8.GetString(m.Payload.Span))
        );
        Assert.Equal(waiting.Count, toys.Analysis.Store.OutboxCount());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_could_not_be_sent_waits_for_the_next_process(bool isTransient)
    {
        using var toys = new ToyRun();
        toys.Post.Fails = _ => new DataException("the destination is closed", isTransient);
        await toys.RunAsync(20);
        Assert.Empty(toys.Post.Arrived);
        Assert.Equal(toys.Analysis.Products("series").Length, toys.Analysis.Store.OutboxCount("toy"));
        toys.Post.Fails = _ => null;
        await toys.RunAsync();
        Assert.Equal(Messages(toys), toys.Post.Arrived);
        Assert.Equal(0, toys.Analysis.Store.OutboxCount("toy"));
    }

    [Fact]
    public void A_destination_that_fails_again_and_again_gets_every_message_at_least_once_and_in_order() =>
        Gen.Choose(0, 9).ArrayOf(12).CheckAsync(async failures =>
        {
            using var toys = new ToyRun();
            var asked = 0;
            toys.Post.Fails = _ => failures.Contains(asked++) ? new IOException("the line is down") : null;
            await toys.RunAsync(25);
            await toys.RunAsync();
            toys.Post.Fails = _ => null;
            await toys.RunAsync();
            // What was delivered before the failure of its neighbour comes again.
            var expected = Messages(toys).ToArray();
            Assert.Equal(expected, toys.Post.Arrived.Distinct(StringComparer.Ordinal));
            Assert.Equal(0, toys.Analysis.Store.OutboxCount("toy"));
            foreach (var (before, after) in toys.Post.Arrived.Zip(toys.Post.Arrived.Skip(1)))
                Assert.True(Array.IndexOf(expected, after) <= Array.IndexOf(expected, before) + 1, "no message overtakes another");
        }, runs: 4);
}
