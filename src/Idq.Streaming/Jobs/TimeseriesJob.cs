using System.Text.Json;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Publishes: ranks a regular grid over every stride, maps the ranks to probabilities, and writes one series a stride and classifier,
/// exactly one stride long. OK is 1 only inside good time, with a model and a usable map.
/// </summary>
public sealed class TimeseriesJob : Job
{
    readonly StreamProcessor processor;
    readonly QuiverFactory factory;
    readonly double sampleRate;

    /// <summary>A timeseries job over a range.</summary>
    public TimeseriesJob(JobContext context, Segment range)
        : base(
            context,
            "timeseries",
            context.Configuration.Timeseries.Cadence,
            context.Lanes("timeseries", context.Configuration.Timeseries),
            range
        )
    {
        processor = context.Processor(context.Configuration.Timeseries);
        factory = context.Rows(context.Configuration.Timeseries);
        sampleRate = context.Configuration.Timeseries.SampleRate;
    }

    /// <inheritdoc/>
    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        var data = await processor.LoadAsync(stride, cancellationToken);
        processor.Flush();
        if (data.IsEmpty) return new StrideWork(stride, data, null);
        var times = TimeGrid.Over(stride.Segment, sampleRate).ToArray();
        var weights = new double[times.Length];
        weights.AsSpan().Fill(1);
        return new StrideWork(
            stride,
            data,
            factory.Make(data.Data, data.Segments, SegmentList.Empty, times, new byte[times.Length], weights)
        );
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var losses = lane == Lanes[0] && work.Data is not null ? Losses(work.Data) : [];
        var series = SeriesColumns.Neutral(TimeGrid.Over(work.Stride.Segment, sampleRate));
        var model = Context.Models.Newest(lane.Nickname);
        var map = Context.Maps.Newest(lane.Nickname);
        if (work.Quiver is { } grid && model is not null && map is { Value.Map.IsUsable: true })
        {
            lane.Classifier.Timeseries(model.Value, grid, work.Data!.Segments, series.Rank);
            map.Value.Map.Map(series.Rank, series.Fap, series.Eff, series.LogLike, series.PGlitch);
            MarkOk(series, grid.Times, work.Data.Segments);
        }
        return Publish(lane, work.Stride, series, model?.Product, map?.Product, model?.Value.Hash ?? "", map?.Value.Hash ?? "") with
        {
            Skips = losses,
        };
    }

    /// <inheritdoc/>
    public override StepResult Skip(Lane lane, StrideWork work, string reason) =>
        Publish(lane, work.Stride, SeriesColumns.Neutral(TimeGrid.Over(work.Stride.Segment, sampleRate)), null, null, "", "") with
        {
            Skips = base.Skip(lane, work, reason).Skips,
        };

    StepResult Publish(Lane lane, Stride stride, SeriesColumns series, Product? model, Product? map, string modelHash, string mapHash)
    {
        var ok = series.Ok.Count(o => o == 1) / Math.Max(1.0, series.Ok.Length);
        var parents = new[] { model, map }.OfType<Product>().Select(p => p.Seq).ToArray();
        var staged = Stage.Write("series", lane.Nickname, stride.Segment, "parquet", parents, JsonSerializer.Serialize(new { ok }),
            path => Context.Files.WriteSeries(path, lane.Nickname, series, modelHash, mapHash));
        return new() { Products = [staged], Metrics = [new("ok", ok)] };
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
            (series.Rank[i], series.Fap[i], series.Eff[i], series.LogLike[i], series.PGlitch[i]) = (0, 1, 1, 0, 0);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        processor.Dispose();
        base.Dispose(disposing);
    }
}
