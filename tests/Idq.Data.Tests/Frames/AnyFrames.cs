using System.Numerics;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Idq.Data.Frames;

namespace Idq.Data.Tests.Frames;

/// <summary>Frames of every kind of channel, type of samples and course of values.</summary>
static class AnyFrames
{
    static Gen<double> Number => Gen.Frequency(
        (4, Gen.Constant(0.0)), (4, Gen.Choose(-9, 9).Select(n => (double)n)),
        (2, Gen.Choose(int.MinValue, int.MaxValue).Select(n => n * 1e9)),
        (1, Gen.Elements(double.NaN, double.PositiveInfinity, -0.0, double.Epsilon, double.MaxValue, 1e-21)));

    static Gen<long> Word => Gen.Frequency(
        (4, Gen.Constant(0L)), (4, Gen.Choose(-3, 3).Select(n => (long)n)),
        (2, Gen.Choose(int.MinValue, int.MaxValue).Select(n => n * 0x1_0000_0001L)),
        (1, Gen.Elements(long.MinValue, long.MaxValue, short.MinValue, int.MinValue, -1L)));

    static Gen<T[]> Whole<T>(Func<long, T> convert) =>
        Word.ArrayOf().SelectMany(w => Gen.Choose(1, 20), (w, repeat) =>
            w.SelectMany(v => Enumerable.Repeat(convert(v), repeat)).ToArray());

    static Gen<T[]> Real<T>(Func<double, T> convert) => Number.ArrayOf().Select(n => Array.ConvertAll(n, v => convert(v)));

    /// <summary>Samples of any type.</summary>
    public static Gen<Array> Values => Gen.OneOf(
        Whole(w => (sbyte)w).Select(a => (Array)a), Whole(w => (byte)w).Select(a => (Array)a), Whole(w => (short)w).Select(a => (Array)a),
        Whole(w => (ushort)w).Select(a => (Array)a), Whole(w => (int)w).Select(a => (Array)a), Whole(w => (uint)w).Select(a => (Array)a),
        Whole(w => w).Select(a => (Array)a), Whole(w => (ulong)w).Select(a => (Array)a), Real(n => (float)n).Select(a => (Array)a),
        Real(n => n).Select(a => (Array)a), Real(n => new ComplexSingle((float)n, -1)).Select(a => (Array)a),
        Real(n => new Complex(2, n)).Select(a => (Array)a),
        Gen.Elements("", "a", "H1:ΔX", "a longer text").ArrayOf().Select(a => (Array)a));

    static Gen<FrameChannel> Channel(int number, FrameChannelKind kind) =>
        from values in Values
        from rate in Gen.Elements(0.25, 1, 16, 128, 16384)
        from unit in Gen.Elements("", "strain", "m/s")
        from offset in Gen.Elements(0, 0.5)
        from converter in Gen.Elements(new FrameConverter(), new FrameConverter(3, 4, 16, -1.5f, 0.25f, 1))
        let channel = FrameChannel.Of($"H1:TEST-{number}", values, rate, unit, kind)
        select channel with
        {
            Head = channel.Head with
            {
                TimeOffset = offset,
                Comment = $"number {number}",
                Converter = kind == FrameChannelKind.Adc ? converter : null,
            },
        };

    /// <summary>A file of frames with the same channels.</summary>
    public static Gen<Frame[]> Files =>
        from kinds in Gen.Elements(Enum.GetValues<FrameChannelKind>()).ListOf(4)
        from count in Gen.Choose(0, 4)
        from frames in (from channels in Gen.CollectToArray(kinds.Take(count).Select((k, i) => Channel(i, k)))
                        from start in Gen.Choose(0, int.MaxValue)
                        from nanoseconds in Gen.Elements(0, 1, 999_999_999)
                        from duration in Gen.Elements(1L, 4, 64)
                        from histories in Gen.Choose(0, 2)
                        from detectors in Gen.Elements(new[] { "H1", "L1" }, ["V1"], [])
                        select new Frame(GpsTime.FromSeconds(start) + nanoseconds, duration * GpsTime.NanosecondsPerSecond, channels)
                        {
                            Project = "TEST", Run = -start, Number = start, DataQuality = 5,
                            History = [.. Enumerable.Range(0, histories).Select(i => new FrameHistory($"program {i}", start + i, "made"))],
                            Detectors = [.. detectors.Select(d => FrameDetector.Find(d)!)],
                        }).ArrayOf(2)
        from number in Gen.Choose(1, 2)
        select frames[..number];

    /// <summary>The bits of samples.</summary>
    public static object[] Bits(Array values) => values switch
    {
        double[] reals => [.. MemoryMarshal.Cast<double, long>(reals).ToArray().Cast<object>()],
        float[] reals => [.. MemoryMarshal.Cast<float, int>(reals).ToArray().Cast<object>()],
        ComplexSingle[] complex => [.. MemoryMarshal.Cast<ComplexSingle, long>(complex).ToArray().Cast<object>()],
        Complex[] complex => [.. MemoryMarshal.Cast<Complex, long>(complex).ToArray().Cast<object>()],
        _ => [.. values.Cast<object>()],
    };
}
