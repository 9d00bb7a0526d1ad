namespace Idq.Learning;

/// <summary>How much the vetoes of two lines of a list are the same.</summary>
/// <param name="First">A line.</param>
/// <param name="Second">A later line.</param>
/// <param name="Both">Nanoseconds that both veto.</param>
/// <param name="Independence">|A∩B|·T/(|A||B|): 1 when the two are independent, more when they go together. 0 when one vetoes nothing.</param>
/// <param name="Overlap">|A∩B|/|A∪B|: 1 when the two veto the same time, 0 when they share none.</param>
public sealed record Redundancy(OvlConfiguration First, OvlConfiguration Second, long Both, double Independence, double Overlap)
{
    /// <summary>Every pair of lines of a list, each line taken on its own over all of the segments.</summary>
    /// <remarks>The original divided the overlap by the intersection once more, so that it was always 1.</remarks>
    public static IReadOnlyList<Redundancy> Of(OvlModel model, ClassifierData data, CancellationToken cancellationToken = default)
    {
        var column = TriggerColumn.Find(data, model.Significance);
        var vetoes = model.Rows.Select(r => Vetoes(r.Configuration, data, column)).ToArray();
        var pairs = new List<Redundancy>();
        for (var a = 0; a < vetoes.Length; a++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var b = a + 1; b < vetoes.Length; b++)
            {
                var both = (vetoes[a] & vetoes[b]).Livetime;
                var (ofA, ofB) = (vetoes[a].Livetime, vetoes[b].Livetime);
                pairs.Add(new(model.Rows[a].Configuration, model.Rows[b].Configuration, both,
                    ofA == 0 || ofB == 0 ? 0 : (double)both / ofA * ((double)data.Livetime / ofB),
                    both == 0 ? 0 : (double)both / (ofA + ofB - both)));
            }
        }
        return pairs;
    }

    static SegmentList Vetoes(OvlConfiguration configuration, ClassifierData data, int column)
    {
        var channel = data.Channels.Find(configuration.Channel);
        if (channel < 0) return SegmentList.Empty;
        var times = TriggerColumn.Times(data.Triggers(channel), column, configuration.Threshold);
        return SegmentList.Coalesce(
                times.Select(t => new GpsTime(t)).Select(t => new Segment(t - configuration.Window, t + configuration.Window))
            ) & data.Segments;
    }
}
