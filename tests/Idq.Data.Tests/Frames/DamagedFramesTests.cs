using FsCheck;
using FsCheck.Fluent;
using Idq.Data.Frames;

namespace Idq.Data.Tests.Frames;

/// <summary>Files that are not what they should be: each gives one clear message, and nothing else.</summary>
public sealed class DamagedFramesTests
{
    static readonly Frame Small = new(GpsTime.FromSeconds(1126259446), 4 * GpsTime.NanosecondsPerSecond,
        [
            FrameChannel.Of("H1:IDQ-FAP_OVL_32_2048", Enumerable.Range(0, 64).Select(i => i * 0.25).ToArray(), 16),
            FrameChannel.Of("H1:COUNTS", Enumerable.Range(0, 64).Select(i => (short)(i % 7)).ToArray(), 16, "counts", FrameChannelKind.Adc),
            FrameChannel.Of("H1:STATE", Enumerable.Range(0, 4).ToArray(), 1, "", FrameChannelKind.Sim),
        ])
    {
        History = [new("test", 1126259446, "made")], Detectors = [FrameDetector.Find("H1")!],
    };

    static byte[] Bytes(FrameCompression compression, bool hasTable = true)
    {
        var stream = new MemoryStream();
        FrameWriter.Write(stream, [Small], compression, isLittleEndian: true, hasTable);
        return stream.ToArray();
    }

    static void ReadAll(string path)
    {
        using var file = FrameFile.Open(path);
        for (var i = 0; i < file.Frames.Count; i++)
        {
            file.Details(i);
            foreach (var channel in file.Channels) (_, _) = (file.Describe(i, channel), file.Read(i, channel));
        }
    }

    static byte[] Mutated(byte[] bytes, int kind, int at, int length, int value) => kind switch
    {
        0 => bytes[..at],
        1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + length)..]],
        2 => [.. bytes[..at], .. Enumerable.Repeat((byte)value, length), .. bytes[at..]],
        3 => [.. bytes[..at], (byte)(bytes[at] ^ (1 + value % 255)), .. bytes[(at + 1)..]],
        // A structure whose checksum is right again: what it says must be judged by itself.
        _ => Resealed([.. bytes[..at], (byte)(bytes[at] ^ (1 + value % 255)), .. bytes[(at + 1)..]], at),
    };

    static byte[] Resealed(byte[] bytes, int at)
    {
        for (var start = 40; start + 14 <= bytes.Length;)
        {
            var length = BitConverter.ToInt64(bytes, start);
            if (length < 18 || length > bytes.Length - start) return bytes;
            if (at < start + length)
            {
                var end = start + (int)length - (start + length == bytes.Length ? 8 : 4);
                BitConverter.TryWriteBytes(bytes.AsSpan(end), FrameChecksum.Of(bytes.AsSpan(start..end)));
                return bytes;
            }
            start += (int)length;
        }
        return bytes;
    }

    static void EveryMutationIsReadOrExplained(byte[] bytes, int mutations)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("H-TEST-1126259446-4.gwf");
        var mutation =
            from kind in Gen.Choose(0, 6)
            from at in Gen.Frequency((1, Gen.Choose(0, bytes.Length - 1)), (1, Gen.Choose(bytes.Length / 2, bytes.Length - 1)))
            from length in Gen.Choose(1, 40)
            from value in Gen.Choose(0, 255)
            select (kind, at, length, value);
        Prop.ForAll(mutation.ToArbitrary(), m =>
        {
            var mutated = Mutated(bytes, m.kind, m.at, m.length, m.value);
            File.WriteAllBytes(path, mutated);
            try
            {
                ReadAll(path);
            }
            catch (DataException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
            }
            Assert.True(mutated.SequenceEqual(bytes) || FrameCheck.Problems(path).Count > 0, "a changed byte is found");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(mutations));
    }

    [Theory]
    [InlineData(FrameCompression.Raw, true)]
    [InlineData(FrameCompression.Gzip, true)]
    [InlineData(FrameCompression.ZeroSuppressionOfAll, true)]
    [InlineData(FrameCompression.DifferentialGzip, false)]
    public void Bytes_that_are_changed_lost_or_added_anywhere_are_read_or_explained_and_always_found(
        FrameCompression compression, bool hasTable) =>
        EveryMutationIsReadOrExplained(Bytes(compression, hasTable), 1500);

    [SharedFact]
    public void The_same_holds_of_files_of_other_programs() => EveryMutationIsReadOrExplained(
        File.ReadAllBytes(SharedData.Path("frames", "lal", "H-TEST_BEST-1126259446-16.gwf")), 300);

    [Fact]
    public void A_file_that_is_cut_off_anywhere_may_be_whole_later()
    {
        using var folder = new TemporaryFolder();
        var (path, bytes) = (folder.File("a.gwf"), Bytes(FrameCompression.Gzip));
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.True(Assert.Throws<DataException>(() => FrameFile.Open(path)).IsTransient);
            Assert.NotEmpty(FrameCheck.Problems(path));
        }
    }

    [Theory]
    [InlineData("plain text, and longer than the header of a frame file is", "is no frame file: it does not begin with IGWD")]
    [InlineData("IGWD", "is cut off: the file has 4 bytes")]
    [InlineData("", "is cut off: the file has 0 bytes")]
    public void What_is_no_frame_file_is_called_so(string text, string says)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.gwf", text);
        Assert.Contains(says, Assert.Throws<DataException>(() => FrameFile.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains(says, Assert.Single(FrameCheck.Problems(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_is_named()
    {
        using var folder = new TemporaryFolder();
        var (path, bytes) = (folder.File("a.gwf"), Bytes(FrameCompression.Raw));
        bytes[5] = 6;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("of version 6; this program reads version 8", Assert.Throws<DataException>(() => FrameFile.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        foreach (var path in new[] { folder.File("none.gwf"), folder.File("") })
            Assert.Contains(path, Assert.Throws<DataException>(() => FrameFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_that_announces_more_samples_than_any_memory_is_refused()
    {
        using var folder = new TemporaryFolder();
        var (gzip, raw) = (FrameCompression.Gzip, FrameCompression.Raw);
        foreach (var (compression, count) in new[] { (gzip, 1L << 28), (gzip, 1L << 60), (raw, 1L << 61) })
        {
            var (path, bytes) = (folder.File("a.gwf"), Bytes(compression));
            // The name stands in the channel and in its vector; after the latter come compression, type and the number of samples.
            var name = "H1:IDQ-FAP_OVL_32_2048\0"u8;
            var first = bytes.AsSpan().IndexOf(name) + name.Length;
            var at = first + bytes.AsSpan(first).IndexOf(name) + name.Length + 4;
            BitConverter.TryWriteBytes(bytes.AsSpan(at), count);
            File.WriteAllBytes(path, Resealed(bytes, at));
            using var file = FrameFile.Open(path);
            var e = Assert.Throws<DataException>(() => file.Read(0, file.Find("H1:IDQ-FAP_OVL_32_2048")!));
            Assert.Contains($"{count} samples", e.Message, StringComparison.Ordinal);
            Assert.Contains("FrVect at byte", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_damages_are_both_found()
    {
        using var folder = new TemporaryFolder();
        var (path, bytes) = (folder.File("a.gwf"), Bytes(FrameCompression.Raw));
        // The comment of a class in the dictionary, and the last sample of a channel.
        bytes[bytes.AsSpan().IndexOf("Frame header"u8)] ^= 1;
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(63 * 0.25)) + 1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var problems = FrameCheck.Problems(path);
        Assert.Contains(problems, p => p.Contains("FrSH at byte 40 has the checksum", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("FrVect at byte", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("the file has the checksum", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, p => p.Contains("refers by", StringComparison.Ordinal));
    }
}
