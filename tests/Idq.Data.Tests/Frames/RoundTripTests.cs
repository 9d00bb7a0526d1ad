using FsCheck;
using FsCheck.Fluent;
using Idq.Data.Frames;

namespace Idq.Data.Tests.Frames;

/// <summary>What is written is read back, in every compression and order of bytes.</summary>
public sealed class RoundTripTests
{
    static byte[] Bytes(IEnumerable<Frame> frames, FrameCompression compression, bool isLittleEndian = true, bool hasTable = true)
    {
        var stream = new MemoryStream();
        FrameWriter.Write(stream, frames, compression, isLittleEndian, hasTable);
        return stream.ToArray();
    }

    static void Same(Frame expected, FrameFile file, int index)
    {
        var details = file.Details(index);
        Assert.Equal((expected.Span, expected.Project, expected.Run, expected.Number, expected.DataQuality),
            (details.Span, details.Project, details.Run, details.Number, details.DataQuality));
        Assert.Equal((expected.Start, expected.Duration), (file.Frames[index].Start, file.Frames[index].Duration));
        Assert.Equal(expected.Detectors, details.Detectors);
        Assert.Equal(expected.History, details.History);
        foreach (var channel in expected.Channels)
        {
            // The second frame of a file may have fewer channels of a name and kind than the first one.
            var entry = file.Channels.Single(c => c.Name == channel.Name && c.Kind == channel.Head.Kind);
            var (read, head) = (file.Read(index, entry)!, file.Describe(index, entry)!);
            Assert.Equal(head, read.Head);
            Assert.Equal(channel.Values.GetType(), read.Values.GetType());
            Assert.Equal(AnyFrames.Bits(channel.Values), AnyFrames.Bits(read.Values));
            var plain = channel.Head with { FrameStart = expected.Start };
            Assert.Equal(plain with { Vector = head.Vector }, head);
            Assert.Equal((plain.Vector.Count, plain.Vector.Step, plain.Vector.Unit, plain.Vector.UnitX, plain.Vector.Type),
                (head.Vector.Count, head.Vector.Step, head.Vector.Unit, head.Vector.UnitX, head.Vector.Type));
        }
    }

    [Fact]
    public void Any_frames_are_read_back_as_they_were_and_nothing_is_wrong_with_the_file()
    {
        using var folder = new TemporaryFolder();
        var way =
            from frames in AnyFrames.Files
            from compression in Gen.Elements(Enum.GetValues<FrameCompression>())
            from isLittleEndian in Gen.Elements(true, false)
            from hasTable in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
            select (frames, compression, isLittleEndian, hasTable);
        Prop.ForAll(way.ToArbitrary(), w =>
        {
            var path = folder.File("a.gwf");
            File.WriteAllBytes(path, Bytes(w.frames, w.compression, w.isLittleEndian, w.hasTable));
            Assert.Empty(FrameCheck.Problems(path));
            using var file = FrameFile.Open(path);
            Assert.Equal(w.frames.Length, file.Frames.Count);
            for (var i = 0; i < w.frames.Length; i++) Same(w.frames[i], file, i);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void The_same_frames_give_the_same_bytes() =>
        Prop.ForAll(AnyFrames.Files.ToArbitrary(), Gen.Elements(Enum.GetValues<FrameCompression>()).ToArbitrary(),
            (frames, compression) => Bytes(frames, compression).SequenceEqual(Bytes(frames, compression))).QuickCheckThrowOnFailure();

    [Fact]
    public void No_compression_makes_samples_greater() =>
        Prop.ForAll(AnyFrames.Files.ToArbitrary(), Gen.Elements(Enum.GetValues<FrameCompression>()).ToArbitrary(),
            (frames, compression) => Bytes(frames, compression).Length <= Bytes(frames, FrameCompression.Raw).Length)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_names_of_the_compressions_are_those_that_the_frame_library_would_choose()
    {
        using var folder = new TemporaryFolder();
        var slow = Enumerable.Range(0, 4000).Select(i => (int)(1000 * Math.Sin(i * 0.01))).ToArray();
        string Of(Array values, FrameCompression compression)
        {
            var path = folder.File("a.gwf");
            var frame = new Frame(GpsTime.FromSeconds(1), GpsTime.NanosecondsPerSecond, [FrameChannel.Of("A", values, 4000)]);
            FrameWriter.Write(path, [frame], compression);
            using var file = FrameFile.Open(path);
            return file.Describe(0, file.Channels[0])!.Vector.Compression;
        }
        var noise = new Random(1);
        var shorts = Array.ConvertAll(slow, v => (short)(v + noise.Next(-30, 30)));
        var doubles = Array.ConvertAll(slow, v => (double)v);
        Assert.Equal("raw", Of(slow, FrameCompression.Raw));
        Assert.Equal("gzip", Of(slow, FrameCompression.Gzip));
        Assert.Equal("differential gzip", Of(slow, FrameCompression.DifferentialGzip));
        Assert.Equal("gzip", Of(doubles, FrameCompression.DifferentialGzip));
        Assert.Equal("zero suppression of 2 bytes", Of(shorts, FrameCompression.ZeroSuppression));
        Assert.Equal("gzip", Of(doubles, FrameCompression.ZeroSuppression));
        Assert.Equal("zero suppression of 8 bytes", Of(Array.ConvertAll(shorts, v => v + 7L * v), FrameCompression.ZeroSuppressionOfAll));
    }

    [Fact]
    public void Zero_suppression_of_any_words_gives_them_back()
    {
        foreach (var size in new[] { 2, 4, 8 })
        {
            var words = Gen.Choose(0, 64).SelectMany(bits => Gen.Choose(int.MinValue, int.MaxValue).Two(), (bits, two) =>
                bits == 0 ? 0 : (ulong)(((long)two.Item1 << 32) | (uint)two.Item2) >> (64 - bits));
            Prop.ForAll(words.ArrayOf().ToArbitrary(), values =>
            {
                var bytes = values.SelectMany(v => BitConverter.GetBytes(v)[..size]).ToArray();
                var differences = bytes.ToArray();
                Words.Difference(differences, size);
                var into = new byte[2 * bytes.Length + 16];
                var length = ZeroSuppression.Suppress(differences, into, size);
                var again = new byte[bytes.Length];
                Assert.True(length % size == 0 && ZeroSuppression.TryExpand(into.AsSpan(0, length), again, size));
                Assert.Equal(bytes, again);
                for (var cut = 0; cut < length - size && bytes.Length > 0; cut += size)
                    Assert.False(ZeroSuppression.TryExpand(into.AsSpan(0, cut), again, size) && !again.SequenceEqual(bytes));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
        }
    }

    [Fact]
    public void The_checksum_is_that_of_cksum()
    {
        Assert.Equal(930766865u, FrameChecksum.Of("123456789"u8));
        Assert.Equal(4294967295u, FrameChecksum.Of([]));
        Assert.Equal(2382472371u, FrameChecksum.Of("The quick brown fox jumps over the lazy dog\n"u8));
    }

    [Fact]
    public void The_checksum_of_parts_is_that_of_the_whole() =>
        Prop.ForAll<byte[], byte[]>((a, b) =>
        {
            var parts = default(FrameChecksum);
            parts.Append(a);
            parts.Append(b);
            return parts.Value == FrameChecksum.Of([.. a, .. b]);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1126259446, 16, "H-H1_IDQ_OVL-1126259446-16.gwf")]
    [InlineData(1126259446.5, 0.5, "H-H1_IDQ_OVL-1126259446.5-0.5.gwf")]
    public void Files_are_named_as_the_field_names_them(double start, double duration, string name)
    {
        var from = GpsTime.FromSeconds(start);
        Assert.Equal(name, FrameWriter.FileName("H", "H1-IDQ_OVL", new(from, from + (long)(duration * 1e9))));
    }

    [Fact]
    public void What_no_frame_can_hold_is_refused_and_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.gwf");
        var channel = FrameChannel.Of("A", new double[4], 4);
        string Refused(Frame frame) => Assert.Throws<ArgumentException>(() => FrameWriter.Write(path, [frame])).Message;
        Assert.Contains("two channels of a frame are called 'A'", Refused(new(default, 1, [channel, channel])), StringComparison.Ordinal);
        Assert.Contains("cannot begin at -1", Refused(new(GpsTime.FromSeconds(-1), 1, [channel])), StringComparison.Ordinal);
        Assert.Contains("no zero in it", Refused(new(default, 1, [FrameChannel.Of("A\0", new double[4], 4)])), StringComparison.Ordinal);
        Assert.Contains("no samples of type", Assert.Throws<ArgumentException>(() => FrameChannel.Of("A", new decimal[1], 1)).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }
}
