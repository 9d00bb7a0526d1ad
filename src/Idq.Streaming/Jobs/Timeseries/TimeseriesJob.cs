using Idq.Learning;

namespace Idq.Streaming;

/// <summary>
/// Publishes: ranks a regular grid over every stride, maps the ranks to probabilities, and writes one series a stride and classifier,
/// exactly one stride long. Live, the newest stride goes first: what could not be published in its turn, or only as OK = 0, is filled in
/// later under a version number. OK is 1 only inside good time, with all data that the classifier looks at, with a model and a usable map,
/// both made of earlier data only.
/// </summary>
public sealed class TimeseriesJob : RankingJob
{
    readonly double sampleRate;
    readonly long maxWait;

    /// <summary>A timeseries job over a range.</summary>
    public TimeseriesJob(JobContext context, Segment range)
        // A job that must not wait does not wait for the segment database either.
        : base(
            context, "timeseries", context.Configuration.Timeseries, range,
            () => context.Processor(context.Configuration.Timeseries, isPatient: false))
    {
        maxWait = context.Configuration.Segments.MaxWait;
        sampleRate = context.Configuration.Timeseries.SampleRate;
    }

    /// <summary>True while data arrives: a consumer waits for the newest samples, and not for older ones.</summary>
    public override bool IsPunctual => Context.IsLive;

    /// <inheritdoc/>
    protected override StrideWork Prepare(StrideData data)
    {
        var work = new SeriesWork(data.Stride, data, data.IsEmpty ? null : Grid(data), Context.Glitches(data)) { Losses = Losses(data) };
        return MayBecomeKnown(data)
            ? work with
            {
                Pass = Pass.Provisional,
                Losses = [Loss(data.Stride.Segment, Skipped.Waiting, data.WhyUnknown ?? "unknown time")],
            }
            : work;
    }

    /// <inheritdoc/>
    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken)
    {
        var span = work.Stride.Segment;
        var series = SeriesColumns.Neutral(TimeGrid.Over(span, sampleRate));
        if (work.Data is not { } data) return Publish(lane, work, new(lane.Nickname, series, "", ""), []);
        PGlitchTally? tally = null;
        var judges = JudgesOf(lane, span);
        var (model, map) = (judges.Model?.Value, judges.Map?.Value);
        var isUsable = model is not null && map is { Map.IsUsable: true };
        if (work.Quiver is { } grid && isUsable)
        {
            // What reaches into time that was not delivered may lack triggers, in the margins too.
            var seen = data.Segments - (~data.Data.Table.Delivered).Protract(Context.Configuration.Reach(lane.Traits));
            lane.Timeseries(model!, grid, seen, series.Rank);
            map!.Map.Map(series.Rank, series.Fap, series.Eff, series.LogLike, series.Deviation, series.PGlitch);
            MarkOk(series, grid.Times, seen);
            if (work is SeriesWork { Glitches: { } glitches }) tally = Tally(series, grid.Times, glitches, map.Map, data.Data.Span);
        }
        var published = Publish(lane, work, new(lane.Nickname, series, model?.Hash ?? "", map?.Hash ?? ""), judges.Parents, tally);
        // What is done again later is not lost yet, and without good time nothing is.
        if (work.Quiver is null || work.Pass == Pass.Provisional) return published;
        return published with
        {
            Skips = isUsable ? judges.Damages
                : [.. judges.Damages, Loss(span, model is null ? Skipped.Untrained : Skipped.Uncalibrated, lane.Nickname)],
        };
    }

    /// <inheritdoc/>
    public override StepResult Skip(Lane lane, StrideWork work, string reason, string detail)
    {
        var silence = SeriesColumns.Neutral(TimeGrid.Over(work.Stride.Segment, sampleRate));
        var published = Publish(lane, work, new(lane.Nickname, silence, "", ""), []);
        // What is done again later is not lost yet.
        return work.Pass == Pass.Provisional ? published : published with { Skips = base.Skip(lane, work, reason, detail).Skips };
    }

    // While somebody may still ask: a database that does not answer will, and time that it does not know yet it will know.
    bool MayBecomeKnown(StrideData data)
    {
        if (!IsPunctual || data.Unknown.IsEmpty) return false;
        bool IsWithinPatience(GpsTime end) => maxWait == long.MaxValue || Context.Clock.Now < end + Delay + maxWait;
        return data.WhyUnknown is null ? maxWait > 0 && IsWithinPatience(data.Stride.Segment.End) : IsWithinPatience(Range.End);
    }

    Quiver Grid(StrideData data)
    {
        var times = TimeGrid.Over(data.Stride.Segment, sampleRate).ToArray();
        var weights = new double[times.Length];
        weights.AsSpan().Fill(1);
        return Factory.Make(data.Data, data.Segments, SegmentList.Empty, times, new byte[times.Length], weights);
    }

    StepResult Publish(Lane lane, StrideWork work, PublishedSeries series, long[] parents, PGlitchTally? tally = null)
    {
        var ok = series.Columns.Ok.Count(o => o == 1) / Math.Max(1.0, series.Columns.Ok.Length);
        var span = work.Stride.Segment;
        var version = work.Pass == Pass.FilledIn ? lane.Backlog.VersionOf(span) ?? 0 : 0;
        var attributes = new SeriesAttributes(ok) { PGlitch = tally?.Figures(), Version = version == 0 ? null : version }.ToJson();
        var suffix = version == 0 ? "" : $"_V{version}";
        var output = new ProductOutput(Stage, "series", series.Nickname, span, parents, attributes, suffix);
        return Context.Write(series with { Version = version }, output) with { Metrics = [new("ok", ok)] };
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

    // Inside good time that was seen whole the answer stands; elsewhere everything goes back to neutral.
    static void MarkOk(SeriesColumns series, ReadOnlySpan<long> times, SegmentList seen)
    {
        for (var i = 0; i < times.Length; i++)
        {
            if (seen.Contains(new GpsTime(times[i]))) series.Ok[i] = 1;
            else series.Silence(i);
        }
    }

    sealed record SeriesWork(Stride Stride, StrideData Data, Quiver? Quiver, long[]? Glitches) : StrideWork(Stride, Data, Quiver);
}
