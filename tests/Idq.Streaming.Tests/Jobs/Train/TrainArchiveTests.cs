using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Jobs.Train;

public sealed class TrainArchiveTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    static readonly ChannelDictionary Known = new(["H1:AUX_0", "H1:AUX_1", "H1:AUX_2", Triggers.Target, Triggers.Witness]);

    static FeatureLayout Layout(QuiverFactory factory)
    {
        var nothing = new ClassifierData(EventTable.Empty(Gps.Seg(0, 0), SegmentList.Empty, Known, Triggers.Columns), SegmentList.Empty);
        return new(factory.Vectorize(nothing, []), factory.Definition.Columns);
    }

    TrainArchive Archive(string settings = "a") => new(folder.File("archive"), "H1-IDQ_TRAIN", settings, true, true);

    static KeptStride[] Read(TrainArchive archive, double after, double consumed, QuiverFactory? factory = null)
    {
        var (found, damaged) = ReadWhole(archive, after, consumed, factory);
        Assert.Empty(damaged);
        return found;
    }

    static (KeptStride[] Found, List<(Segment Span, string Problem)> Damaged) ReadWhole(
        TrainArchive archive, double after, double consumed, QuiverFactory? factory = null)
    {
        var damaged = new List<(Segment, string)>();
        var layout = Layout(factory ?? Kept.Factory);
        return ([.. archive.Read(Gps.At(after), Gps.At(consumed), Known, layout, damaged, CancellationToken.None)], damaged);
    }

    string[] Files() =>
        [.. Directory.EnumerateFiles(folder.File("archive")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    // The stride after it begins, which leaves nothing itself.
    static void Write(TrainArchive archive, KeptStride fresh, params KeptStride[] kept)
    {
        archive.Write(fresh.Span, fresh, kept);
        archive.Write(new Segment(fresh.Span.End, fresh.Span.End), null, []);
    }

    static void AssertSame(IEnumerable<KeptStride> expected, IEnumerable<KeptStride> found)
    {
        Assert.Equal(expected.SelectMany(k => k.Lines()), found.SelectMany(k => k.Lines()));
        Assert.Equal(expected.SelectMany(k => k.Features()), found.SelectMany(k => k.Features()));
        Assert.Equal(expected.Select(k => k.Bytes), found.Select(k => k.Bytes));
    }

    [Fact]
    public async Task Classifiers_that_finish_a_stride_at_one_time_do_not_disturb_each_others_files()
    {
        var archive = Archive();
        var strides = Enumerable.Range(0, 10).Select(k => Kept.Stride(8 * k, 8 * (k + 1))).ToArray();
        foreach (var kept in strides)
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => archive.Write(kept.Span, kept, []))));
        var read = Read(archive, 0, 80);
        Assert.Equal(strides.SelectMany(s => s.Lines()), read.SelectMany(s => s.Lines()));
    }

    [Fact]
    public void What_is_written_is_read_bit_for_bit() =>
        (from seed in Gen.Choose(0, 1000)
         from rate in Gen.Choose(0, 30)
         from length in Gen.Choose(1, 64)
         select (seed, rate, length)).Check(t =>
        {
            using var own = new TemporaryFolder();
            var archive = new TrainArchive(own.Path, "H1-IDQ_TRAIN", "a", true, false);
            KeptStride[] strides =
            [
                .. Enumerable.Range(0, 3).Select(k => Kept.Stride(k * t.length, (k + 1) * t.length, (ulong)t.seed, t.rate / 10.0)),
            ];
            foreach (var stride in strides) archive.Write(stride.Span, stride, []);
            AssertSame(strides, Read(archive, 0, 1000));
        }, runs: 20);

    [Fact]
    public void A_stride_without_rows_and_triggers_keeps_its_good_time()
    {
        var empty = Kept.Stride(0, 8, rate: 0);
        Write(Archive(), empty);
        Assert.Equal(["H1-IDQ_TRAIN_ROWS-1262304000-8.parquet"], Files());
        AssertSame([empty], Read(Archive(), 0, 8));
    }

    [Fact]
    public void Without_a_classifier_that_reads_triggers_none_are_written()
    {
        var kept = Kept.Stride(0, 8, useful: new UsefulTriggers([new() { UsesFeatures = true }], []));
        Write(Archive(), kept);
        Assert.Equal(["H1-IDQ_TRAIN_ROWS-1262304000-8.parquet"], Files());
        AssertSame([kept], Read(Archive(), 0, 8));
    }

    [Fact]
    public void The_strides_of_an_hour_become_one_file_when_it_is_complete()
    {
        var archive = Archive();
        var kept = new List<KeptStride>();
        for (var start = 3000.0; start < 3700; start += 64)
        {
            var stride = Kept.Stride(start, start + 64, rate: 0.2);
            kept.Add(stride);
            Write(archive, stride, [.. kept]);
        }
        Assert.Equal(
            [
                "H1-IDQ_TRAIN_ROWS-1262307000-640.parquet", "H1-IDQ_TRAIN_ROWS-1262307640-64.parquet",
                "H1-IDQ_TRAIN_TRIGGERS-1262307000-640.parquet", "H1-IDQ_TRAIN_TRIGGERS-1262307640-64.parquet",
            ],
            Files());
        AssertSame(kept, Read(archive, 0, 10000));
        AssertSame(kept.Skip(5), Read(archive, 3320, 10000));
        AssertSame(kept.SkipLast(1), Read(archive, 0, 3650));
    }

    [Fact]
    public void Files_that_hold_nothing_that_is_kept_are_deleted_with_the_hour()
    {
        var archive = Archive();
        var strides = Enumerable.Range(0, 8).Select(k => Kept.Stride(1800 * k, 1800 * (k + 1), rate: 0.02)).ToArray();
        for (var k = 0; k < 8; k++) Write(archive, strides[k], strides[Math.Max(0, k - 2)..(k + 1)]);
        AssertSame(strides[4..], Read(archive, 0, 100000));
        Assert.Equal(4, Files().Length);
    }

    [Fact]
    public void What_a_crash_left_before_its_commit_is_not_read_and_written_again()
    {
        var strides = Enumerable.Range(0, 4).Select(k => Kept.Stride(900 * k, 900 * (k + 1), rate: 0.05)).ToArray();
        foreach (var stride in strides[..3]) Write(Archive(), stride);
        // The hour is written, the commit fails once, and then the process dies.
        var dying = Archive();
        dying.Write(strides[3].Span, strides[3], strides);
        dying.Write(strides[3].Span, strides[3], strides);
        Assert.Equal(8, Files().Length);
        File.WriteAllText(folder.File("archive/H1-IDQ_TRAIN_ROWS-1-1.parquet.tmp"), "half");
        File.WriteAllText(folder.File("archive/H1-IDQ_TRAIN_TRIGGERS-1-1.parquet"), "without rows");
        var archive = Archive();
        archive.Clean();
        AssertSame(strides[..3], Read(archive, 0, 2700));
        Write(archive, strides[3], strides);
        AssertSame(strides, Read(archive, 0, 3600));
        Assert.Equal(2, Files().Length);
    }

    [Fact]
    public void Other_settings_read_nothing_and_replace_the_files_in_time()
    {
        var strides = Enumerable.Range(0, 3).Select(k => Kept.Stride(1800 * k, 1800 * (k + 1), rate: 0.05)).ToArray();
        Write(Archive("a"), strides[0]);
        Assert.Empty(Read(Archive("b"), 0, 1800));
        Write(Archive("b"), strides[1], strides[..2]);
        AssertSame(strides[..2], Read(Archive("b"), 0, 3600));
        Assert.Empty(Read(Archive("a"), 0, 3600));
    }

    [Fact]
    public void A_channel_that_was_not_known_then_has_no_trigger_and_one_that_is_not_used_now_is_left_out()
    {
        var kept = Kept.Stride(0, 64);
        Write(Archive(), kept);
        var now = new QuiverFactory(new("snr", Gps.Second, Selection.Loudest,
            [new("H1:AUX_1", FeatureColumn.DeltaTime), new("H1:NEW", "snr", Missing: -7), new("H1:AUX_0", "snr")]));
        var (then, found) = (kept.Rows.Features, Assert.Single(Read(Archive(), 0, 64, now)).Rows.Features);
        Assert.Equal(["H1:AUX_1-delta_time", "H1:NEW-snr", "H1:AUX_0-snr"], found.Names);
        Assert.Equal(then.Column(1).ToArray(), found.Column(0).ToArray());
        Assert.All(found.Column(1).ToArray(), v => Assert.Equal(-7, v));
        Assert.Equal(then.Column(0).ToArray(), found.Column(2).ToArray());
        Assert.Equal(["H1:AUX_1", "H1:NEW", "H1:AUX_0"], found.Channels);
        Assert.Equal(then.Present(1).ToArray(), found.Present(0).ToArray());
        Assert.All(found.Present(1).ToArray(), mark => Assert.Equal(0, mark));
    }

    [Theory]
    [InlineData("ROWS")]
    [InlineData("TRIGGERS")]
    public void A_damaged_file_is_named_and_left_out(string which)
    {
        KeptStride[] strides = [Kept.Stride(0, 64), Kept.Stride(64, 128)];
        foreach (var stride in strides) Write(Archive(), stride);
        var path = folder.File($"archive/H1-IDQ_TRAIN_{which}-1262304000-64.parquet");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]);
        var (found, damaged) = ReadWhole(Archive(), 0, 128);
        AssertSame(strides[1..], found);
        Assert.Equal(Gps.Seg(0, 64), Assert.Single(damaged).Span);
        Assert.Contains(path, damaged[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_changed_byte_is_ever_used() =>
        (from which in Gen.Elements("ROWS", "TRIGGERS")
         from at in Gen.Choose(0, 1_000_000)
         from bit in Gen.Choose(0, 7)
         select (which, at, bit)).Check(t =>
        {
            using var own = new TemporaryFolder();
            var archive = new TrainArchive(own.Path, "H1-IDQ_TRAIN", "a", true, false);
            var kept = Kept.Stride(0, 64);
            Write(archive, kept);
            var path = own.File($"H1-IDQ_TRAIN_{t.which}-1262304000-64.parquet");
            var bytes = File.ReadAllBytes(path);
            bytes[(int)(t.at / 1_000_001.0 * bytes.Length)] ^= (byte)(1 << t.bit);
            File.WriteAllBytes(path, bytes);
            var (found, damaged) = ReadWhole(archive, 0, 64);
            // A byte that says nothing of the values, such as the name of the program, may change.
            AssertSame(damaged.Count == 0 ? [kept] : [], found);
        }, runs: 100);

    public void Dispose() => folder.Dispose();
}
