using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Publishes: ranks a regular grid over every stride, maps the ranks to probabilities, and writes one series a stride and classifier,
/// exactly one stride long. OK is 1 only inside good time, with a model and a usable map, both made of earlier data only.
/// </summary>
public sealed class TimeseriesJob : Job
{
    readonly StreamProcessor processor;
    readonly QuiverFactory factory;
    readonly double sampleRate;

    /// <summary>A timeseries job over a range.</summary>
    public TimeseriesJob(JobContext context, Segment range)
        : base(
            context, "timeseries", context.Configuration.Timeseries.Cadence, context.Lanes("timeseries", context.Configuration.Timeseries),
            range)
    {
        processor = context.Processor(context.Configuration.Timeseries);
        factory = context.Rows(context.Configuration.Timeseries);
        sampleRate = context.Configuration.Timeseries.SampleRate;
    }

    /// <inheritdoc/>
    public override SharedInput Input => Context.Input(Context.Configuration.Timeseries);

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        processor.Flush();
        return new SeriesWork(stride, data, data.IsEmpty ? null : Grid(data), Context.Glitches(data))
        {
            Losses = Losses(data),
            Position = processor.Position(stride),
        };
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var series = SeriesColumns.Neutral(TimeGrid.Over(work.Stride.Segment, sampleRate));
        PGlitchTally? tally = null;
        var model = Context.Model(lane, work.Stride.Segment.Start);
        var map = Context.Map(lane, work.Stride.Segment.Start);
        if (work.Quiver is { } grid && model is not null && map is { Value.Map.IsUsable: true })
        {
            lane.Classifier.Timeseries(model.Value, grid, work.Data!.Segments, series.Rank);
            map.Value.Map.Map(series.Rank, series.Fap, series.Eff, series.LogLike, series.Deviation, series.PGlitch);
            MarkOk(series, grid.Times, work.Data.Segments);
            if (work is SeriesWork { Glitches: { } glitches })
                tally = Tally(series, grid.Times, glitches, map.Value.Map, work.Data.Data.Span);
        }
        var parents = new[] { model?.Product, map?.Product }.OfType<Product>().Select(p => p.Seq).ToArray();
        return Publish(work.Stride, new(lane.Nickname, series, model?.Value.Hash ?? "", map?.Value.Hash ?? ""), parents, tally);
    }

    /// <inheritdoc/>
    public override StepResult Skip(Lane lane, StrideWork work, string reason)
    {
        var silence = SeriesColumns.Neutral(TimeGrid.Over(work.Stride.Segment, sampleRate));
        return Publish(work.Stride, new(lane.Nickname, silence, "", ""), []) with { Skips = base.Skip(lane, work, reason).Skips };
    }

    Quiver Grid(StrideData data)
    {
        var times = TimeGrid.Over(data.Stride.Segment, sampleRate).ToArray();
        var weights = new double[times.Length];
        weights.AsSpan().Fill(1);
        return factory.Make(data.Data, data.Segments, SegmentList.Empty, times, new byte[times.Length], weights);
    }

    StepResult Publish(Stride stride, PublishedSeries series, long[] parents, PGlitchTally? tally = null)
    {
        var ok = series.Columns.Ok.Count(o => o == 1) / Math.Max(1.0, series.Columns.Ok.Length);
        var attributes = new SeriesAttributes(ok) { PGlitch = tally?.Figures() }.ToJson();
        var output = new ProductOutput(Stage, "series", series.Nickname, stride.Segment, parents, attributes);
        return Context.Write(series, output) with { Metrics = [new("ok", ok)] };
    }

    // Samples whose window the data does not cover are left out: whether it held a glitch is not known.
    PGlitchTally Tally(SeriesColumns series, ReadOnlySpan<long> times, long[] glitches, CalibrationMap map, Segment known)
    {
        var tally = new PGlitchTally();
        var half = map.Rates.Window / 2;
        var windows = GpsTime.NanosecondsPerSecond / sampleRate / map.Rates.Window;
        var next = 0;
        for (var i = 0; i < times.Length; i++)
        {
            var (from, to) = (times[i] - half, times[i] + half);
            if (series.Ok[i] == 0 || from < known.Start.Nanoseconds || to > known.End.Nanoseconds) continue;
            while (next < glitches.Length && glitches[next] < from) next++;
            var held = next < glitches.Length && glitches[next] < to;
            tally.Add(series.PGlitch[i], map.LogOddsDeviation(series.Deviation[i]), held, windows);
        }
        return tally;
    }

    // Inside good time the answer stands; elsewhere everything goes back to neutral.
    static void MarkOk(SeriesColumns series, ReadOnlySpan<long> times, SegmentList segments)
    {
        for (var i = 0; i < times.Length; i++)
        {
            if (segments.Contains(new GpsTime(times[i])))
            {
                series.Ok[i] = 1;
                continue;
            }
            (series.Rank[i], series.Fap[i], series.Eff[i]) = (0, 1, 1);
            (series.LogLike[i], series.Deviation[i], series.PGlitch[i]) = (0, 0, 0);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        base.Dispose(disposing);
    }

    sealed record SeriesWork(Stride Stride, StrideData Data, Quiver? Quiver, long[]? Glitches) : StrideWork(Stride, Data, Quiver);
}
