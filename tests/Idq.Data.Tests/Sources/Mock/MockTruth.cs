namespace Idq.Data.Tests.Mock;

/// <summary>An event that really happened in a simulation, and who saw it.</summary>
/// <param name="Time">The true time.</param>
/// <param name="Stream">The physical process.</param>
/// <param name="Values">The true value of every column.</param>
/// <param name="Sightings">The witnesses that saw it, in the order of the definition.</param>
public sealed record MockTruth(GpsTime Time, string Stream, IReadOnlyList<double> Values, IReadOnlyList<MockSighting> Sightings)
{
    static readonly Distribution Mark =
        Distribution.TryParse("uniform", out var mark, out var wrong) ? mark! : throw new FormatException(wrong);

    /// <summary>
    /// What really happened in a span, in order of time (at equal times in the order of the definition), with what every witness saw of
    /// it, without the noise. Outages hide what is seen, not what happens.
    /// </summary>
    /// <remarks>
    /// Only sources are asked. A witness without errors shows what happened. What another witness sees is found twice: as it is, and with
    /// the first column replaced by a number that no two events share and that the witness sees without error.
    /// </remarks>
    public static IReadOnlyList<MockTruth> Of(MockSource source, ulong seed, Segment span) =>
        [.. source.Definition.Streams.SelectMany(s => Of(source.Definition, s, seed, span)).OrderBy(t => t.Time.Nanoseconds)];

    static IEnumerable<MockTruth> Of(MockDefinition definition, MockStream stream, ulong seed, Segment span)
    {
        var always = definition with { Outages = SegmentList.Empty };
        var marked = stream with { Columns = [Mark, .. stream.Columns.Skip(1)] };
        var perfect = new MockWitness("truth", 1, 0, new double[definition.Columns.Count]);
        var truth = Seen(always, stream, perfect, seed, span);
        var marks = Seen(always, marked, perfect, seed, span).Column(0).ToArray();
        var sightings = marks.ToDictionary(m => m, _ => new List<MockSighting>());
        foreach (var witness in stream.Witnesses)
        {
            var wide = span.Protract((long)(9e9 * witness.TimeJitter) + GpsTime.NanosecondsPerSecond);
            var seen = Seen(definition, stream, witness, seed, wide);
            var owners = Seen(definition, marked, witness with { ColumnJitters = perfect.ColumnJitters }, seed, wide).Column(0);
            for (var i = 0; i < seen.Count; i++)
                if (sightings.TryGetValue(owners[i], out var list)) list.Add(new(witness.Channel, new(seen.Times[i]), Row(seen, i)));
        }
        return Enumerable.Range(0, truth.Count)
            .Select(i => new MockTruth(new(truth.Times[i]), stream.Name, Row(truth, i), sightings[marks[i]])).ToArray();
    }

    static EventTable Seen(MockDefinition definition, MockStream stream, MockWitness witness, ulong seed, Segment span)
    {
        using var source = new MockSource(definition with
        {
            Streams = [stream with { Witnesses = [witness] }],
            Channels = [new(witness.Channel, 0, [])],
        }, seed);
        return source.ReadAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    static double[] Row(EventTable table, int row) => [.. Enumerable.Range(0, table.Columns.Count).Select(c => table.Column(c)[row])];
}

/// <summary>A true event as a witness sees it: the trigger in that channel's events.</summary>
/// <param name="Channel">The witness.</param>
/// <param name="Time">The seen time.</param>
/// <param name="Values">The seen value of every column.</param>
public sealed record MockSighting(string Channel, GpsTime Time, IReadOnlyList<double> Values);
