using Idq.Data.Frames;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Series as IGWD frames, which searches read: one frame of exactly one stride for every classifier, with the channels
/// <c>{IFO}:IDQ-{OK,RANK,FAP,EFF,LOGLIKE,PGLITCH}_{CLASSIFIER}_{FLOW}_{FHIGH}</c>, and if asked for, into a ring besides.
/// </summary>
/// <param name="band">FLOW and FHIGH: the band of the target channel in Hz.</param>
/// <param name="compression">Of the samples.</param>
/// <param name="ring">Where new frames go besides; null for nowhere.</param>
public sealed class GwfSeriesWriter((long Low, long High) band, FrameCompression compression, FrameRing? ring)
    : ISeriesWriter, IMessageSender
{
    /// <summary>Its place in the catalogue.</summary>
    public static WriterFlavor<ISeriesWriter> Flavor { get; } = new(["GwfReporter", "GWFSeriesReporter"], "IGWD frames", Read);

    /// <inheritdoc/>
    public string Destination => ring?.Destination ?? "frame ring";

    /// <inheritdoc/>
    public void Write(PublishedSeries series, ProductOutput output)
    {
        var stream = new MemoryStream();
        FrameWriter.Write(stream, [FrameOf(series, output.Instrument, output.Span)], compression);
        var bytes = stream.ToArray();
        output.AddFile("gwf", path => File.WriteAllBytes(path, bytes));
        if (ring is not null) output.AddMessage(Destination, RingName(series, output.Instrument, output.Span), bytes);
    }

    /// <inheritdoc/>
    public Task SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var message in messages) ring?.Put(message.Key, message.Payload);
        return Task.CompletedTask;
    }

    Frame FrameOf(PublishedSeries series, string instrument, Segment span)
    {
        var (samples, rate) = (series.Columns, series.Columns.Grid.SampleRate);
        var classifier = Word(series.Nickname);
        FrameChannel Channel(string metric, Array values) =>
            FrameChannel.Of($"{instrument}:IDQ-{metric}_{classifier}_{band.Low}_{band.High}", values, rate);
        return new(span.Start, span.Duration,
            [
                Channel("OK", Array.ConvertAll(samples.Ok, o => (long)o)), Channel("RANK", samples.Rank), Channel("FAP", samples.Fap),
                Channel("EFF", samples.Eff), Channel("LOGLIKE", samples.LogLike), Channel("PGLITCH", samples.PGlitch),
            ])
        {
            Number = span.Start.Seconds,
            Detectors = FrameDetector.Find(instrument) is { } detector ? [detector] : [],
            History = [new("stream", span.End.Seconds,
                $"model {Origin(series.ModelHash)}, map {Origin(series.MapHash)}, version {series.Version}")],
        };
    }

    static string RingName(PublishedSeries series, string instrument, Segment span) => FrameWriter.FileName(
        instrument[..1], $"{instrument}_IDQ_{Word(series.Nickname)}{(series.Version == 0 ? "" : $"_V{series.Version}")}", span);

    static string Word(string nickname) => nickname.ToUpperInvariant().Replace('-', '_');

    static string Origin(string hash) => hash.Length == 0 ? "none" : hash;

    static Func<ISeriesWriter> Read(IOptionReader options)
    {
        var low = options.Integer("flow", "32", "the lower end of the target's band in Hz, in the names of channels of frames");
        var high = options.Integer("fhigh", "2048", "the upper end of the target's band in Hz, in the names of channels of frames");
        if (high <= low) options.Problem("fhigh", $"'{high}' is not above flow = {low}", "give the band of the target channel");
        var compression = options.Choice("frame_compression", FrameCompression.Gzip, "of the samples of frames",
            ("gzip", FrameCompression.Gzip), ("raw", FrameCompression.Raw), ("differential_gzip", FrameCompression.DifferentialGzip),
            ("zero_suppression", FrameCompression.ZeroSuppression), ("best", FrameCompression.Best));
        var folder = options.OptionalText("ring", "a folder that gets every new frame besides, for programs that poll it", "a folder");
        var retention = options.Duration("ring_retention", "300", "how much time of frames stays in the ring", 1, orInfinite: true);
        if (folder is null && options.Gives("ring_retention"))
            options.Problem("ring_retention", "there is no ring", "name its folder with ring, or leave this out", Severity.Warning);
        return () => new GwfSeriesWriter((low, high), compression,
            folder is null ? null : new(Path.GetFullPath(folder, options.Folder), retention));
    }
}
