namespace Idq.Learning.Tests.Ovl;

/// <summary>OVL written down as its definition reads, in quadratic time: the model against which the fast one is tested.</summary>
static class NaiveOvl
{
    public sealed record Line(OvlConfiguration Configuration, OvlCounts Counts, double Expected);

    public static List<Line> Train(Quiver quiver, OvlOptions options)
    {
        var significance = quiver.Data.FindColumn(options.Significance);
        var glitches = quiver.Times.Where((_, i) => quiver.Labels[i] == Label.Glitch).ToArray();
        var list = new List<Line>();
        foreach (var channel in quiver.Data.Channels.Names.Where(c => options.MayUse(c)))
            foreach (var threshold in options.Thresholds.Where(t => options.MayUse(channel, t)))
                foreach (var window in options.Windows)
                {
                    var configuration = new OvlConfiguration(channel, threshold, window);
                    list.Add(new(configuration, Measure(configuration, quiver.Segments, glitches), 0));
                }
        for (var run = 1; run < options.NumRecalculate; run++)
            list = Walk(Sort(list), (line, i) => i < options.Incremental && Passes(line));
        list = Sort(list).Select(l => l with { Expected = l.Counts.Value(options.Metric) }).ToList();
        return options.Optimize ? Greedy(list) : Walk(list, (_, _) => true);

        List<Line> Sort(List<Line> lines) => lines.Where(Passes)
            .OrderByDescending(l => l.Configuration.Threshold).ToList()
            .OrderByDescending(l => l.Counts.Value(options.Metric)).ToList();

        bool Passes(Line line) => line.Counts.PoissonSignificance > -Math.Log(options.Minima.PoissonProbability)
            && line.Counts.EffByDt > options.Minima.EffByDt && line.Counts.UsePercentage >= options.Minima.UsePercentage;

        List<Line> Walk(List<Line> lines, Func<Line, int, bool> isApplied)
        {
            var (segments, left, done) = (quiver.Segments, glitches, new List<Line>());
            foreach (var line in lines)
            {
                if (segments.IsEmpty || left.All(g => !segments.Contains(new GpsTime(g)))) break;
                var now = line with { Counts = Measure(line.Configuration, segments, left) };
                if (isApplied(now, done.Count)) segments -= Vetoes(line.Configuration);
                done.Add(now);
            }
            return done;
        }

        List<Line> Greedy(List<Line> lines)
        {
            var (segments, left, done) = (quiver.Segments, lines.ToList(), new List<Line>());
            while (left.Count > 0 && glitches.Any(g => segments.Contains(new GpsTime(g))))
            {
                var measured = left.Select(l => l with { Counts = Measure(l.Configuration, segments, glitches) }).ToList();
                var best = measured.MaxBy(l => l.Counts.Value(options.Metric))!;
                if (best.Counts.Value(options.Metric) <= 0) break;
                done.Add(best);
                segments -= Vetoes(best.Configuration);
                left.RemoveAll(l => l.Configuration == best.Configuration);
            }
            return done;
        }

        OvlCounts Measure(OvlConfiguration configuration, SegmentList segments, long[] left)
        {
            var live = left.Where(g => segments.Contains(new GpsTime(g))).ToArray();
            var vetoed = Vetoes(configuration) & segments;
            return new(segments.Livetime, live.Length, vetoed.Livetime,
                Triggers(configuration).Count(t => segments.Contains(new GpsTime(t))), live.Count(g => vetoed.Contains(new GpsTime(g))));
        }

        SegmentList Vetoes(OvlConfiguration configuration) => SegmentList.Coalesce(
            Triggers(configuration).Select(t => new Segment(new GpsTime(t - configuration.Window), new GpsTime(t + configuration.Window))));

        IEnumerable<long> Triggers(OvlConfiguration configuration)
        {
            var run = quiver.Data.Triggers(quiver.Data.Channels.Find(configuration.Channel));
            var (times, values) = (run.Times.ToArray(), run.Column(significance).ToArray());
            return times.Where((_, i) => values[i] >= configuration.Threshold);
        }
    }

    /// <summary>The first line that vetoes a time, or −1.</summary>
    public static int FirstVeto(OvlModel model, ClassifierData data, long time)
    {
        var column = data.FindColumn(model.Significance);
        for (var line = 0; line < model.Rows.Count; line++)
        {
            var (channel, threshold, window) = model.Rows[line].Configuration;
            if (data.Channels.Find(channel) is not (var id and >= 0)) continue;
            var run = data.Triggers(id);
            for (var i = 0; i < run.Count; i++)
                if (run.Column(column)[i] >= threshold && run.Times[i] - window <= time && time < run.Times[i] + window) return line;
        }
        return -1;
    }
}
