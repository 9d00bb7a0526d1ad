using System.Text;

namespace Idq.Data.Frames;

/// <summary>
/// Writes files of IGWD frames, version 8 (LIGO-T970130), with the class dictionary, the table of contents and checksums. The same frames
/// give the same bytes.
/// </summary>
public static class FrameWriter
{
    /// <summary>The name of a file by LIGO-T050017: OBSERVATORY-DESCRIPTION-START-DURATION.gwf, whole seconds where they are.</summary>
    /// <param name="observatory">The letters of the sites, for example H.</param>
    /// <param name="description">Letters, digits and underscores; a minus becomes an underscore.</param>
    /// <param name="span">What the file covers.</param>
    public static string FileName(string observatory, string description, Segment span) =>
        $"{observatory}-{description.Replace('-', '_')}-{span.Start}-{GpsSeconds.Format(span.Duration)}.gwf";

    /// <summary>
    /// Writes a file, replacing what is there. The file is complete when the call returns, but neither flushed to the disk nor renamed:
    /// that is the caller's to do. After a failure there is no file.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written (or <see cref="UnauthorizedAccessException"/>).</exception>
    /// <exception cref="ArgumentException">Two channels of a kind have one name, or a time is out of range.</exception>
    public static void Write(string path, IEnumerable<Frame> frames, FrameCompression compression = FrameCompression.Gzip)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
            Write(stream, frames, compression);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>As the other, to a stream.</summary>
    public static void Write(Stream stream, IEnumerable<Frame> frames, FrameCompression compression = FrameCompression.Gzip) =>
        Write(stream, frames, compression, isLittleEndian: true);

    internal static void Write(
        Stream stream, IEnumerable<Frame> frames, FrameCompression compression, bool isLittleEndian, bool hasTable = true)
    {
        var output = new FrameOutput(stream, isLittleEndian);
        foreach (var frame in frames) Write(output, frame, compression, isLittleEndian);
        output.End(hasTable);
    }

    static void Write(FrameOutput output, Frame frame, FrameCompression compression, bool isLittleEndian)
    {
        Check(frame);
        output.BeginFrame(frame);
        FramePointer First(string name, int count) => count == 0 ? default : FrameOutput.Pointer(name, 0);
        IReadOnlyList<FrameChannel> Of(FrameChannelKind kind) => [.. frame.Channels.Where(c => c.Head.Kind == kind)];
        var (adc, proc, sim) = (Of(FrameChannelKind.Adc), Of(FrameChannelKind.Proc), Of(FrameChannelKind.Sim));
        output.Add("FrameH", 0, f => f.Text(frame.Project).Int32(frame.Run).Int32(frame.Number).Int32(frame.DataQuality)
            .Int32(frame.Start.Seconds).Int32(frame.Start.SubsecondNanoseconds).Int16(FrameOutput.LeapSecondsAt(frame.Start))
            .Double(Seconds(frame.Duration)).Null(3).Pointer(First("FrDetector", frame.Detectors.Count))
            .Pointer(First("FrHistory", frame.History.Count)).Pointer(First("FrRawData", adc.Count))
            .Pointer(First("FrProcData", proc.Count)).Pointer(First("FrSimData", sim.Count)).Null(5));
        for (var i = 0; i < frame.Detectors.Count; i++) Write(output, frame.Detectors[i], i, Next("FrDetector", i, frame.Detectors.Count));
        for (var i = 0; i < frame.History.Count; i++)
        {
            var (entry, next) = (frame.History[i], Next("FrHistory", i, frame.History.Count));
            output.Add("FrHistory", i, f => f.Text(entry.Name).Int32(entry.Time).Text(entry.Comment).Pointer(next));
        }
        if (adc.Count > 0) output.Add("FrRawData", 0, f => f.Text("rawData").Null().Pointer(FrameOutput.Pointer("FrAdcData", 0)).Null(3));
        var vectors = 0;
        foreach (var channels in new[] { adc, proc, sim })
        {
            for (var i = 0; i < channels.Count; i++)
            {
                var next = Next(FrameEntry.ClassOf(channels[i].Head.Kind), i, channels.Count);
                Write(output, channels[i], frame, i, vectors, next);
                Write(output, channels[i], vectors++, compression, isLittleEndian);
            }
        }
        output.Add("FrEndOfFrame", 0, f => f.Int32(frame.Run).Int32(frame.Number).Int32(frame.Start.Seconds)
            .Int32(frame.Start.SubsecondNanoseconds));
    }

    static void Check(Frame frame)
    {
        if (!frame.Start.IsFinite || frame.Start.Seconds is < 0 or > uint.MaxValue || frame.Duration <= 0)
            throw new ArgumentException($"a frame cannot begin at {frame.Start} and last {GpsSeconds.Format(frame.Duration)} s");
        var names = new HashSet<(string, FrameChannelKind)>();
        foreach (var channel in frame.Channels)
            if (!names.Add((channel.Name, channel.Head.Kind)))
                throw new ArgumentException($"two channels of a frame are called '{channel.Name}'");
    }

    static FramePointer Next(string name, int i, int count) => i + 1 < count ? FrameOutput.Pointer(name, i + 1) : default;

    static double Seconds(long nanoseconds) => nanoseconds / (double)GpsTime.NanosecondsPerSecond;

    static void Write(FrameOutput output, FrameDetector d, int instance, FramePointer next)
    {
        if (d.Prefix.Length != 2 || d.Prefix.Any(c => c > sbyte.MaxValue))
            throw new ArgumentException($"the prefix of a detector has two letters; '{d.Prefix}' has not");
        output.AddDetector(d.Name, instance, f => f.Text(d.Name).Bytes(Encoding.ASCII.GetBytes(d.Prefix))
            .Double(d.Longitude).Double(d.Latitude).Single(d.Elevation).Single(d.XAzimuth).Single(d.YAzimuth).Single(d.XAltitude)
            .Single(d.YAltitude).Single(d.XMidpoint).Single(d.YMidpoint).Int32(d.LocalTime).Null(2).Pointer(next));
    }

    static void Write(FrameOutput output, FrameChannel channel, Frame frame, int instance, int vector, FramePointer next)
    {
        var head = channel.Head;
        var data = FrameOutput.Pointer("FrVect", vector);
        switch (head.Kind)
        {
            case FrameChannelKind.Adc:
                var c = head.Converter ?? new FrameConverter();
                output.AddChannel(head, instance, f => f.Text(head.Name).Text(head.Comment).Int32(c.Group).Int32(c.Number).Int32(c.Bits)
                    .Single(c.Bias).Single(c.Slope).Text(head.Vector.Unit).Double(head.SampleRate).Double(head.TimeOffset)
                    .Double(0).Single(0).Int16(c.Validity).Pointer(data).Null().Pointer(next));
                break;
            case FrameChannelKind.Proc:
                var range = head.IsTimeSeries ? Math.Min(Seconds(frame.Duration), channel.Values.Length / head.SampleRate) : 0;
                output.AddChannel(head, instance, f => f.Text(head.Name).Text(head.Comment).Int16(head.IsTimeSeries ? 1 : 0).Int16(0)
                    .Double(head.TimeOffset).Double(range).Double(0).Single(0).Double(0).Double(0).Int16(0).Pointer(data).Null(3)
                    .Pointer(next));
                break;
            default:
                output.AddChannel(head, instance, f => f.Text(head.Name).Text(head.Comment).Double(head.SampleRate).Double(head.TimeOffset)
                    .Double(0).Single(0).Pointer(data).Null(2).Pointer(next));
                break;
        }
    }

    static void Write(FrameOutput output, FrameChannel channel, int instance, FrameCompression compression, bool isLittleEndian)
    {
        var (vector, count) = (channel.Head.Vector, channel.Values.Length);
        var (compress, data) = FrameEncoding.Encode(channel.Values, compression, isLittleEndian);
        output.Add("FrVect", instance, f => f.Text(vector.Name).Int16(compress).Int16((int)vector.Type).Int64(count).Int64(data.Length)
            .Bytes(data.Span).Int32(1).Int64(count).Double(vector.Step).Double(0).Text(vector.UnitX).Text(vector.Unit).Null());
    }
}
