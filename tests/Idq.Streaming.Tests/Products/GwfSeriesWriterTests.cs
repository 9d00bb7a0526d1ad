using Idq.Data.Frames;

namespace Idq.Streaming.Tests.Products;

/// <summary>Series as frames: what is in them, and that a run registers them and fills the ring.</summary>
public sealed class GwfSeriesWriterTests
{
    const string Both = "timeseries reporting:flavor=GwfReporter ParquetReporter";
    static readonly Segment Range = Gps.Seg(0, 128);

    static double[] Doubles(FrameFile file, string channel) => (double[])file.Read(0, file.Find(channel)!)!.Values;

    [Fact]
    public async Task Every_stride_of_every_classifier_is_a_frame_with_the_numbers_of_the_parquet_file()
    {
        using var analysis = new Analysis(Both);
        await analysis.ReplayAsync(Range);
        var frames = analysis.Products("series").Where(p => p.Path.EndsWith(".gwf", StringComparison.Ordinal)).ToArray();
        var tables = analysis.Products("series").Where(QuiverRows.IsReadable).ToDictionary(p => (p.Nickname, p.StartNs));
        Assert.Equal(3 * 16, frames.Length);
        Assert.Equal(frames.Length, tables.Count);
        var ok = 0;
        foreach (var product in frames)
        {
            var path = ProductFile.Verify(analysis.Paths, product);
            Assert.Empty(FrameCheck.Problems(path));
            using var file = FrameFile.Open(path);
            Assert.Equal(product.Span(), new Segment(Assert.Single(file.Frames).Start, file.Frames[0].End));
            var band = $"{product.Nickname.ToUpperInvariant()}_32_2048";
            Assert.Equal(
                new[] { "EFF", "FAP", "LOGLIKE", "OK", "PGLITCH", "RANK" }.Select(m => $"H1:IDQ-{m}_{band}"),
                file.Channels.Select(c => c.Name));
            using var table = new ParquetTable(analysis.Paths.Absolute(tables[(product.Nickname, product.StartNs)].Path));
            foreach (var metric in new[] { "rank", "fap", "eff", "loglike", "pglitch" })
                Assert.Equal(table.Doubles(metric), Doubles(file, $"H1:IDQ-{metric.ToUpperInvariant()}_{band}"));
            var state = file.Read(0, file.Find($"H1:IDQ-OK_{band}")!)!;
            Assert.Equal((16.0, "", product.Span().Start), (state.Head.SampleRate, state.Head.Vector.Unit, state.Head.Start));
            Assert.Equal(table.Bytes("ok"), Array.ConvertAll((long[])state.Values, v => (byte)v));
            ok += ((long[])state.Values).Count(v => v == 1);
            Assert.Equal("LHO_4k", Assert.Single(file.Details(0).Detectors).Name);
        }
        Assert.True(ok > 100, "the classifiers judge something");
    }

    [Fact]
    public async Task Two_replays_write_the_same_bytes()
    {
        using var one = new Analysis(Both, "timeseries reporting:frame_compression=best", "timeseries reporting:flow=10");
        using var two = new Analysis(Both, "timeseries reporting:frame_compression=best", "timeseries reporting:flow=10");
        await one.ReplayAsync(Range);
        await two.ReplayAsync(Range);
        var frames = one.Files().Where(f => f.Key.EndsWith(".gwf", StringComparison.Ordinal)).ToArray();
        Assert.Equal(48, frames.Length);
        Assert.Equal(one.Files(), two.Files());
        using var file = FrameFile.Open(one.Paths.Absolute(frames[0].Key));
        Assert.EndsWith("_10_2048", file.Channels[0].Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ring_holds_the_newest_frames_under_names_in_the_order_of_time()
    {
        using var analysis = new Analysis(Both, "timeseries reporting:ring=ring", "timeseries reporting:ring_retention=32");
        await analysis.ReplayAsync(Range);
        var ring = Path.Combine(analysis.Folder, "ring");
        var files = Directory.GetFiles(ring).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToArray();
        var expected = new[] { "LINEAR", "OVL", "RANDOM" }.SelectMany(c => Enumerable.Range(12, 4).Select(k =>
            FrameWriter.FileName("H", $"H1_IDQ_{c}", Gps.Seg(8 * k, 8 * k + 8))));
        Assert.Equal(expected.Order(StringComparer.Ordinal), files);
        var registered = analysis.Files().Values.ToHashSet();
        foreach (var file in files)
        {
            using var content = File.OpenRead(Path.Combine(ring, file));
            Assert.Contains(ProductFile.Hash(content), registered);
        }
        Assert.Equal(0, analysis.Store.OutboxCount());
    }

    [Fact]
    public void A_ring_keeps_what_is_not_its_own_and_takes_a_frame_twice()
    {
        using var folder = new TemporaryFolder();
        var ring = new FrameRing(folder.Path, 10 * Gps.Second);
        folder.Write("H-H1_llhoft-100-1.gwf", "strain");
        folder.Write("L-L1_IDQ_OVL-100-1.gwf", "of Livingston");
        folder.Write("H-H1_IDQ_notes.gwf", "no span");
        for (var second = 100; second < 130; second++)
            for (var time = 0; time < 2; time++) ring.Put($"H-H1_IDQ_OVL-{second}-1.gwf", new byte[] { (byte)second });
        ring.Put("H-H1_IDQ_OVL-105-1.gwf", new byte[1]);
        var own = Enumerable.Range(120, 10).Select(s => $"H-H1_IDQ_OVL-{s}-1.gwf");
        Assert.Equal(own.Concat(["H-H1_llhoft-100-1.gwf", "L-L1_IDQ_OVL-100-1.gwf", "H-H1_IDQ_notes.gwf"]).Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Equal([129], File.ReadAllBytes(folder.File("H-H1_IDQ_OVL-129-1.gwf")));
    }

    [Fact]
    public void A_ring_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("taken", "a file");
        var e = Assert.Throws<DataException>(() => new FrameRing(file, 1).Put("H-H1_IDQ_OVL-1-1.gwf", new byte[1]));
        Assert.Contains("taken", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeseries reporting:fhigh=16", "fhigh", "not above flow", Severity.Error)]
    [InlineData("timeseries reporting:flow=-1", "flow", "-1", Severity.Error)]
    [InlineData("timeseries reporting:ring_retention=5", "ring_retention", "there is no ring", Severity.Warning)]
    [InlineData("timeseries reporting:frame_compression=zip", "frame_compression", "zip", Severity.Error)]
    public void Its_options_are_checked(string setting, string key, string says, Severity severity)
    {
        using var analysis = new Analysis();
        var read = Configuration.Read(analysis.IniPath, [Both, setting], new Dictionary<string, string>());
        var problem = Assert.Single(read.Problems, p => p.Section == "timeseries reporting");
        Assert.Equal((key, severity), (problem.Key, problem.Severity));
        Assert.Contains(says, problem.ToString(), StringComparison.Ordinal);
    }
}
