using System.Text.Json;
using Idq.Data.Parquet;
using Idq.Learning;

namespace Idq.Streaming.Tests.Products;

public sealed class WritersTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly Analysis analysis = new();

    static readonly Quiver Rows = Quivers.Of(Gps.Seg(0, 8), (1, Label.Glitch, 1), (2.000000001, Label.Clean, 2.5), (7.5, Label.Clean, 1));

    static EvaluatedQuiver Evaluated(CalibrationDocument? map, bool withFeatures = false) =>
        new("my_ovl", Gps.Seg(0, 8), Rows, [0.9, 0, 0.25], [0.1, 0, 0.25], withFeatures, "m0del", map);

    /// <summary>A quiver as a writer puts it on the stage, moved to a name.</summary>
    void Write(string name, EvaluatedQuiver quiver) =>
        Publish(name, output => new ParquetQuiverWriter(ParquetCompression.Snappy).Write(quiver, output));

    void Publish(string name, Action<ProductOutput> write)
    {
        using var stage = new ProductStage(analysis.Paths, "test");
        var output = new ProductOutput(stage, "thing", "ovl", Gps.Seg(0, 8), [], "{}");
        write(output);
        File.Move(Assert.Single(output.Files).TemporaryPath, folder.File(name), overwrite: true);
    }

    ParquetTable Read(string name) => new(folder.File(name));

    [Fact]
    public void A_quiver_comes_back_as_it_was()
    {
        var map = Quivers.Map();
        Write("q.parquet", Evaluated(map));
        using var table = Read("q.parquet");
        var metadata = table.Metadata;
        Assert.Equal(
            [
                "nickname",
                "start_ns",
                "end_ns",
                "time_ns",
                "label",
                "weight",
                "blind",
                "rank",
                "fap",
                "eff",
                "loglike",
                "loglike_deviation",
                "pglitch",
                "window_rank",
                "window_loglike",
                "window_loglike_deviation",
                "window_pglitch",
                "model",
                "map",
            ],
            table.Columns
        );
        Assert.All(table.Texts("model"), m => Assert.Equal("m0del", m));
        Assert.All(table.Texts("map"), m => Assert.Equal(map.Hash, m));
        Assert.All(table.Texts("nickname"), n => Assert.Equal("my_ovl", n));
        Assert.Equal(Rows.Times, table.Longs("time_ns"));
        Assert.Equal(Rows.Labels, table.Bytes("label"));
        Assert.Equal(Rows.Weights, table.Doubles("weight"));
        Assert.Equal(Rows.Blind, table.Bytes("blind"));
        Assert.Equal([0.9, 0, 0.25], table.Doubles("rank"));
        Assert.All(table.Longs("start_ns"), t => Assert.Equal(Gps.At(0).Nanoseconds, t));
        Assert.All(table.Longs("end_ns"), t => Assert.Equal(Gps.At(8).Nanoseconds, t));
        Assert.Equal(new[] { 0.9, 0, 0.25 }.Select(map.Map.Fap), table.Doubles("fap"));
        Assert.Equal(new[] { 0.9, 0, 0.25 }.Select(map.Map.Eff), table.Doubles("eff"));
        Assert.Equal(new[] { 0.9, 0, 0.25 }.Select(map.Map.LogLike), table.Doubles("loglike"));
        Assert.Equal(new[] { 0.9, 0, 0.25 }.Select(map.Map.LogLikeDeviation), table.Doubles("loglike_deviation"));
        Assert.Equal(new[] { 0.9, 0, 0.25 }.Select(map.Map.PGlitch), table.Doubles("pglitch"));
        Assert.Equal([0.1, 0, 0.25], table.Doubles("window_rank"));
        Assert.Equal(new[] { 0.1, 0, 0.25 }.Select(map.Map.LogLike), table.Doubles("window_loglike"));
        Assert.Equal(new[] { 0.1, 0, 0.25 }.Select(map.Map.LogLikeDeviation), table.Doubles("window_loglike_deviation"));
        Assert.Equal(new[] { 0.1, 0, 0.25 }.Select(map.Map.PGlitch), table.Doubles("window_pglitch"));
        Assert.Equal(
            ("stream-quiver", "4", "m0del", map.Hash),
            (metadata["format"], metadata["version"], metadata["model"], metadata["map"])
        );
        Assert.Equal("[[1262304000,1262304008]]", metadata["segments"]);
        Assert.False(metadata.ContainsKey("features"));
    }

    [Fact]
    public void Without_a_usable_map_nothing_is_claimed()
    {
        var empty = CalibrationMap.Fit(CalibrationKind.Kernel, RankSamples.Empty, RankSamples.Empty, new CalibrationRates(0, 1, 1, 1));
        foreach (var map in new[] { null, new CalibrationDocument(empty, Quivers.Map().Provenance, "hash") })
        {
            Write("q.parquet", Evaluated(map));
            using var table = Read("q.parquet");
            foreach (var column in new[] { "fap", "eff", "loglike", "loglike_deviation", "pglitch", "window_loglike", "window_pglitch" })
                Assert.All(table.Doubles(column), v => Assert.True(double.IsNaN(v)));
        }
    }

    [Fact]
    public void Features_are_written_when_they_are_asked_for()
    {
        Write("q.parquet", Evaluated(null, withFeatures: true));
        using var table = Read("q.parquet");
        var metadata = table.Metadata;
        Assert.Equal([1.5, double.NaN], table.DoubleLists("features")[1]);
        Assert.Equal(["H1:A-snr", "H1:B-snr"], JsonSerializer.Deserialize<string[]>(metadata["features"])!);
    }

    [Fact]
    public void The_same_columns_give_the_same_bytes()
    {
        Write("a.parquet", Evaluated(Quivers.Map(), withFeatures: true));
        Write("b.parquet", Evaluated(Quivers.Map(), withFeatures: true));
        Assert.Equal(File.ReadAllBytes(folder.File("a.parquet")), File.ReadAllBytes(folder.File("b.parquet")));
    }

    [Fact]
    public void A_quiver_without_rows_is_an_entry_without_a_file()
    {
        var none = Quivers.Of(Gps.Seg(0, 8));
        using var stage = new ProductStage(analysis.Paths, "test");
        var output = new ProductOutput(stage, "quiver", "ovl", Gps.Seg(0, 8), [], """{"rows":0}""");
        new ParquetQuiverWriter(ParquetCompression.Snappy).Write(
            new EvaluatedQuiver("ovl", Gps.Seg(0, 8), none, [], [], true, "m", null), output);
        var draft = Assert.Single(output.Files).Draft;
        Assert.Equal((false, "", "test", """{"rows":0}"""), (draft.HasFile, draft.Path, draft.Job, draft.Attributes));
        Assert.Equal((Gps.At(0).Nanoseconds, Gps.At(8).Nanoseconds), (draft.StartNs, draft.EndNs));
        stage.Publish(output.Files);
        Assert.Empty(analysis.Files());
        Assert.Equal(0, QuiverRows.Read([]).Count);
    }

    [Fact]
    public void Rows_of_many_files_come_in_the_order_of_the_files()
    {
        Write("b.parquet", Evaluated(null));
        var other = Quivers.Of(Gps.Seg(8, 16), (9, Label.Glitch, 1));
        Write("a.parquet", new EvaluatedQuiver("ovl", Gps.Seg(8, 16), other, [0.5], [0.5], false, "m", Quivers.Map()));
        var rows = QuiverRows.Read([folder.File("b.parquet"), folder.File("a.parquet"), folder.File("b.parquet")]);
        Assert.Equal([.. Rows.Times, .. other.Times, .. Rows.Times], rows.Times);
        Assert.Equal([1, 0, 0, 1, 1, 0, 0], rows.Labels);
        Assert.Equal([0.9, 0, 0.25, 0.5, 0.9, 0, 0.25], rows.Ranks);
        Assert.Equal([1, 2.5, 1, 1, 1, 2.5, 1], rows.Weights);
        Assert.Equal(3, rows.LogLikes.Count(double.IsFinite) + 2);
        Assert.Equal(double.IsNaN(rows.Deviations[0]), double.IsNaN(rows.LogLikes[0]));
    }

    [Fact]
    public void A_file_that_is_gone_or_torn_is_named()
    {
        Assert.Contains(
            "gone.parquet",
            Assert.Throws<DataException>(() => QuiverRows.Read([folder.File("gone.parquet")])).Message,
            StringComparison.Ordinal
        );
        folder.Write("torn.parquet", "PAR1 and no more");
        Assert.Contains(
            "torn.parquet",
            Assert.Throws<DataException>(() => QuiverRows.Read([folder.File("torn.parquet")])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_series_comes_back_as_it_was()
    {
        var grid = TimeGrid.Over(Gps.Seg(0, 0.5), 16);
        var series = SeriesColumns.Neutral(grid);
        (series.Ok[3], series.Rank[3], series.Fap[3], series.Eff[3], series.LogLike[3], series.PGlitch[3]) = (1, 0.5, 0.25, 0.75, 3, 0.125);
        series.Deviation[3] = 0.5;
        Publish("s.parquet", output => new ParquetSeriesWriter(ParquetCompression.Snappy)
            .Write(new PublishedSeries("ovl", series, "m0del", "m4p"), output));
        using var table = Read("s.parquet");
        var metadata = table.Metadata;
        Assert.Equal(
            [
                "nickname", "start_ns", "end_ns", "time_ns", "ok", "rank", "fap", "eff", "loglike", "loglike_deviation", "pglitch", "model",
                "map",
            ],
            table.Columns);
        Assert.All(table.Longs("start_ns").Zip(table.Longs("end_ns")), s => Assert.Equal(Gps.Seg(0, 8), new(new(s.First), new(s.Second))));
        Assert.Equal(("m0del", "m4p"), (table.Texts("model")[0], table.Texts("map")[^1]));
        Assert.Equal(grid.ToArray(), table.Longs("time_ns"));
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0], table.Bytes("ok"));
        Assert.Equal(
            (0.5, 0.25, 0.75, 3.0, 0.5, 0.125),
            (
                table.Doubles("rank")[3],
                table.Doubles("fap")[3],
                table.Doubles("eff")[3],
                table.Doubles("loglike")[3],
                table.Doubles("loglike_deviation")[3],
                table.Doubles("pglitch")[3]
            )
        );
        Assert.Equal(
            ("stream-series", "16", "m0del", "m4p"),
            (metadata["format"], metadata["sample_rate"], metadata["model"], metadata["map"])
        );
    }

    [Fact]
    public void A_neutral_series_vetoes_nothing_for_those_who_forget_to_look_at_OK()
    {
        var series = SeriesColumns.Neutral(TimeGrid.Over(Gps.Seg(0, 1), 4));
        Assert.All(series.Ok, v => Assert.Equal(0, v));
        Assert.All(series.Fap, v => Assert.Equal(1, v));
        Assert.All(series.Eff, v => Assert.Equal(1, v));
        Assert.All([.. series.Rank, .. series.LogLike, .. series.Deviation, .. series.PGlitch], v => Assert.Equal(0, v));
    }

    public void Dispose()
    {
        analysis.Dispose();
        folder.Dispose();
    }
}
