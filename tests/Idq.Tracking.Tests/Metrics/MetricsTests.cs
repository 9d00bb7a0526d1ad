using FsCheck;
using FsCheck.Fluent;
using System.Data.Common;

namespace Idq.Tracking.Tests.Metrics;

public sealed class MetricsTestsOnSqlite() : MetricsTests(TestEngine.Sqlite);

public sealed class MetricsTestsOnPostgres() : MetricsTests(TestEngine.Postgres);

public abstract class MetricsTests(TestEngine engine) : StoreFixture(engine)
{
    long NewRun() => Store.CreateRun(Store.GetOrCreateExperiment("o4").Id, new RunDraft("run")).Id;

    [Fact]
    public void A_second_write_to_a_row_merges_and_leaves_the_other_metrics_alone()
    {
        long run = NewRun();
        Store.AddMetrics(run, 1, 0.5, 77, [Metric("a", 1), Metric("b", 2)]);
        Store.AddMetrics(run, 1, 0.5, null, [Metric("c", 3), Metric("a", 9)]);

        Assert.Equal(
            [
                new MetricPoint(run, 1, 0.5, 77, "a", 9),
                new MetricPoint(run, 1, 0.5, 77, "b", 2),
                new MetricPoint(run, 1, 0.5, 77, "c", 3),
            ],
            Store.ReadMetrics());
        Assert.Equal(1, Sql("SELECT count(*) FROM metrics"));
    }

    [Fact]
    public void The_time_axis_is_kept_to_the_nanosecond_and_a_later_one_replaces_it()
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, 1_126_259_462_391_000_001, [Metric("a", 1)]);
        Assert.Equal(1_126_259_462_391_000_001, Store.ReadMetrics().Single().GpsNs);
        Store.AddMetrics(run, 0, 0, 5, [Metric("a", 1)]);
        Assert.Equal(5, Store.ReadMetrics().Single().GpsNs);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(0.1)]
    [InlineData(-1e300)]
    [InlineData(9007199254740993.0)]
    [InlineData(1e19)]
    [InlineData(0)]
    public void A_double_comes_back_as_it_went_in(double value)
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric("a", value), Metric("b", 1)]);
        MetricPoint point = Store.ReadMetrics(run).First();
        Assert.Equal(("a", BitConverter.DoubleToInt64Bits(value)), (point.Key, BitConverter.DoubleToInt64Bits(point.Value.AsDouble)));
        Assert.Equal(value, Store.Runs()[0].Metrics["a"]);
    }

    [Fact]
    public void A_metric_has_a_column_of_its_name_that_plain_SQL_can_use()
    {
        long run = NewRun();
        for (var step = 0; step < 10; step++)
            Store.AddMetrics(run, step, 0, null, [Metric("latency", step)]);
        Assert.Equal(4, Sql("SELECT count(*) FROM metrics WHERE latency > 5"));
    }

    [Theory]
    [InlineData("select")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("x\" REAL; DROP TABLE metrics; --")]
    [InlineData("'; DROP TABLE runs")]
    [InlineData("[a]")]
    [InlineData("`a`")]
    [InlineData("@run")]
    [InlineData("v0")]
    [InlineData("auc/0.001")]
    [InlineData("rowid")]
    [InlineData("\u00e9\u4e2d")]
    [InlineData("1")]
    public void Any_printable_name_is_safe(string name)
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric(name, 1), Metric("b", 2)]);
        Store.AddMetrics(run, 0, 0, null, [Metric(name, 3)]);
        Assert.Equal([name, "b"], Store.MetricNames());
        Assert.Equal([(name, 3.0), ("b", 2.0)], Store.ReadMetrics().Select(p => (p.Key, p.Value.AsDouble)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("run_id")]
    [InlineData("STEP")]
    [InlineData("progress")]
    [InlineData("gps")]
    public void Names_that_cannot_be_columns_are_refused(string name)
    {
        long run = NewRun();
        Assert.ThrowsAny<ArgumentException>(() => Store.AddMetrics(run, 0, 0, null, [Metric("good", 1), Metric(name, 1)]));
        Assert.Empty(Store.MetricNames());
    }

    [Fact]
    public void A_name_twice_in_a_row_is_refused()
    {
        long run = NewRun();
        Assert.Throws<ArgumentException>(() => Store.AddMetrics(run, 0, 0, null, [Metric("a", 1), Metric("a", 2)]));
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_two_metrics()
    {
        var run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric("auc", 1), Metric("AUC", 2)]);
        Store.AddMetrics(run, 1, 0, null, [Metric("Auc", 3)]);
        Assert.Equal(
            [(0L, "auc", 1.0), (0L, "AUC", 2.0), (1L, "Auc", 3.0)], Store.ReadMetrics().Select(p => (p.Step, p.Key, p.Value.AsDouble)));
        Assert.Equal(["auc"], Store.MetricNames());
        Assert.Equal(["auc", "AUC", "Auc"], Store.Runs()[0].Metrics.Keys);
    }

    [Fact]
    public void A_metric_has_a_column_of_numbers_or_of_text_and_keeps_any_other_value_exactly()
    {
        var run = NewRun();
        MetricValue[] values = [0.5, 9_007_199_254_740_993, long.MinValue, "text", double.NaN, "NaN", 2.5, 7, "", double.PositiveInfinity];
        for (var step = 0; step < values.Length; step++)
            Store.AddMetrics(
                run,
                step,
                0,
                null,
                [Metric("double", values[step]), Metric("long", values[^(step + 1)]), Metric("text", values[(step + 3) % values.Length])]);
        Store.AddMetrics(run, 0, 0, 5, [Metric("late", 1)]);
        var read = Store.ReadMetrics(run).ToLookup(p => p.Key, p => p.Value);
        Assert.Equal(values, read["double"]);
        Assert.Equal(values.Reverse(), read["long"]);
        Assert.Equal([.. values[3..], .. values[..3]], read["text"]);
        var last = Store.Runs()[0].Metrics;
        Assert.Equal((values[^1], values[0], values[2]), (last["double"], last["long"], last["text"]));
    }

    [Fact]
    public void A_value_of_another_type_replaces_the_one_that_was_there()
    {
        var run = NewRun();
        foreach (var value in (MetricValue[])[1.5, "x", 2.5, long.MaxValue, 3])
        {
            Store.AddMetrics(run, 0, 0, null, [Metric("a", value)]);
            Assert.Equal(value, Assert.Single(Store.ReadMetrics()).Value);
            Assert.Equal(value, Store.Runs()[0].Metrics["a"]);
        }
    }

    [Fact]
    public void More_metrics_than_there_can_be_columns_are_kept_all_the_same()
    {
        var run = NewRun();
        const int Count = MetricColumns.Most + 50;
        Store.AddMetrics(run, 0, 0, null, [.. Enumerable.Range(0, Count).Select(i => Metric($"m{i:D4}", i + 0.5))]);
        Store.AddMetrics(run, 1, 0, null, [.. Enumerable.Range(0, Count).Select(i => Metric($"m{i:D4}", i + 0.25))]);
        Assert.Equal(MetricColumns.Most, Store.MetricNames().Count);
        Assert.Equal(
            Enumerable.Range(0, Count).Select(i => i + 0.5).Concat(Enumerable.Range(0, Count).Select(i => i + 0.25)),
            Store.ReadMetrics().Select(p => p.Value.AsDouble));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => i + 0.25), Store.Runs()[0].Metrics.Values.Select(v => v.AsDouble));
    }

    [Fact]
    public void A_name_longer_than_a_column_can_have_is_kept_whole()
    {
        var run = NewRun();
        var (a, b) = (new string('n', 200) + "a", new string('n', 200) + "b");
        Store.AddMetrics(run, 0, 0, null, [Metric(a, 1), Metric(b, 2)]);
        Assert.Equal([(a, 1.0), (b, 2.0)], Store.ReadMetrics().Select(p => (p.Key, p.Value.AsDouble)));
        Assert.Empty(Store.MetricNames());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Progress_must_be_finite(double progress)
    {
        long run = NewRun();
        Assert.Throws<ArgumentException>(() => Store.AddMetrics(run, 0, progress, null, [Metric("a", 1)]));
    }

    [Fact]
    public void A_row_without_values_is_not_written()
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, 5, []);
        Store.AddMetrics([]);
        Assert.Equal(0, Sql("SELECT count(*) FROM metrics"));
        Assert.Null(Store.FindRun(run)!.Updated);
    }

    [Fact]
    public void A_batch_with_one_bad_row_leaves_neither_rows_nor_columns()
    {
        long run = NewRun();
        Assert.Throws<TrackerException>(() => Store.AddMetrics(
            [new MetricRow(run, 0, 0, null, [Metric("a", 1)]), new MetricRow(99, 0, 0, null, [Metric("b", 1)])]));
        Assert.Empty(Store.MetricNames());
        Assert.Equal(0, Sql("SELECT count(*) FROM metrics"));
        // What failed must not be remembered as done.
        Store.AddMetrics(run, 0, 0, null, [Metric("a", 1), Metric("b", 2)]);
        Assert.Equal(2, Store.ReadMetrics().Count());
    }

    [Fact]
    public void A_column_that_another_store_made_is_used()
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric("a", 1)]);
        using var other = OpenAgain();
        other.AddMetrics(run, 0, 0, null, [Metric("b", 2), Metric("a", 3)]);
        Store.AddMetrics(run, 0, 0, null, [Metric("b", 4)]);
        Assert.Equal([("a", 3.0), ("b", 4.0)], other.ReadMetrics().Select(p => (p.Key, p.Value.AsDouble)));
    }

    [Fact]
    public void A_column_that_a_user_added_is_kept_out_of_the_way()
    {
        long run = NewRun();
        _ = Store;
        Sql("ALTER TABLE metrics ADD COLUMN seen_at DATE");
        Store.AddMetrics(run, 0, 0, null, [Metric("a", 1)]);
        Sql("UPDATE metrics SET seen_at = '2026-01-01'");
        Assert.Equal(["a"], Store.ReadMetrics().Select(p => p.Key));
        Assert.Equal(["a"], Store.Runs()[0].Metrics.Keys);
    }

    [Fact]
    public void Metrics_of_many_runs_are_read_in_order_and_in_pages()
    {
        long a = NewRun(), b = NewRun();
        var rows = new List<MetricRow>();
        for (var i = 2499; i >= 0; i--)
            rows.Add(new MetricRow(i % 2 == 0 ? a : b, i / 4, i % 4, null, [Metric("x", i)]));
        Store.AddMetrics(rows);

        var points = Store.ReadMetrics().ToList();
        Assert.Equal(2500, points.Count);
        Assert.Equal(points.OrderBy(p => (p.RunId, p.Step, p.Progress)), points);
        Assert.Equal(Enumerable.Range(0, 1250).Select(i => 2.0 * i), Store.ReadMetrics(a).Select(p => p.Value.AsDouble));
        Assert.Empty(Store.ReadMetrics(99));
    }

    [Fact]
    public void The_same_row_by_run_step_and_progress_is_unique_in_the_table()
    {
        long run = NewRun();
        Store.AddMetrics(run, 0, 0, null, [Metric("a", 1)]);
        Assert.ThrowsAny<DbException>(() => Sql($"INSERT INTO metrics (run_id, step, progress) VALUES ({run}, 0, 0.0)"));
    }

    [Fact]
    public void Any_sequence_of_writes_leaves_what_a_dictionary_would_hold()
    {
        Gen<MetricValue> values = Gen.Frequency(
            (5, ArbMap.Default.GeneratorFor<double>().Select(value => (MetricValue)value)),
            (2, Gen.Elements<MetricValue>(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, 1e-320)),
            (1, ArbMap.Default.GeneratorFor<long>().Select(value => (MetricValue)value)),
            (1, Gen.Elements<MetricValue>("", "NaN", "text", long.MaxValue, (1L << 53) + 1)));
        Gen<(int Step, double Progress, string[] Names, MetricValue[] Values)> writes =
            from step in Gen.Choose(0, 3)
            from progress in Gen.Elements(0.0, 0.5)
            from names in Gen.SubListOf<string>(["a", "A", "c d", "e"])
            from numbers in values.ArrayOf(4)
            select (step, progress, names.ToArray(), numbers);

        Prop.ForAll(writes.ListOf().ToArbitrary(), sequence =>
        {
            long run = NewRun();
            var expected = new Dictionary<(long, double, string), MetricValue>();
            var rows = new List<MetricRow>();
            foreach ((int step, double progress, string[] names, MetricValue[] numbers) in sequence)
            {
                rows.Add(new MetricRow(run, step, progress, null, [.. names.Select((name, i) => Metric(name, numbers[i]))]));
                foreach (var value in rows[^1].Values)
                    expected[(step, progress, value.Key)] = value.Value;
            }

            Store.AddMetrics(rows);
            var read = Store.ReadMetrics(run).ToDictionary(p => (p.Step, p.Progress, p.Key), p => p.Value);
            return read.Count == expected.Count && expected.All(e => read[e.Key] == e.Value);
        }).QuickCheckThrowOnFailure();
    }
}
