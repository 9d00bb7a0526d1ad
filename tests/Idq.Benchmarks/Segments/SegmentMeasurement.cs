using Idq.Data;

namespace Idq.Benchmarks.Segments;

/// <summary>P5: the algebra on the science segments of two detectors over a run of two years.</summary>
sealed class SegmentMeasurement() : Measurement("P5", "segment algebra")
{
    const string Published = "ligo.segments' C extension, as published";
    const string Note =
        "the reference cannot be installed from a registry: its figure was measured on another machine of this kind, not in this run";

    public override Task<IReadOnlyList<Row>> MeasureAsync(Laboratory lab)
    {
        var (a, b, source) = Lists();
        var both = a.Count + b.Count;
        using var c = CIntersection.Compile(lab);
        var rows = new List<Row>
        {
            Operation(lab, "intersection", both, 2.5e6, () => a & b),
            Operation(lab, "union", both, 4.7e6, () => a | b),
            Operation(lab, "difference", both, 2.0e6, () => a - b),
            Operation(lab, "complement", a.Count, 11.6e6, () => ~a) with
            {
                Note = "the complement shares the edges of its list: nothing is copied",
            },
            Plain(lab, c, a, b),
        };
        rows[0] = rows[0] with { Note = $"{source}; {Note}" };
        return Task.FromResult<IReadOnlyList<Row>>(rows);
    }

    Row Operation(Laboratory lab, string name, int segments, double published, Func<SegmentList> run)
    {
        var (ours, _) = Rounds.Interleave(lab, 50, () => Repeat(run), null, isShort: true);
        var rate = segments * (double)Repeats / ours;
        return new(Goal, $"segments: {name}")
        {
            Ours = new(rate, "segments/s"),
            Reference = new(published, "segments/s"),
            ReferenceName = Published,
            Ratio = rate / published,
            Target = "at least 50x",
            Verdict = rate >= 50 * published ? Verdict.Met : Verdict.Missed,
        };
    }

    Row Plain(Laboratory lab, CIntersection? c, SegmentList a, SegmentList b)
    {
        const string Name = "segments: intersection, beside the plain loop in C";
        if (c is null) return Row.Missing(Goal, Name, "", "there is no gcc");
        var (x, y) = (Edges(a), Edges(b));
        var output = new long[x.Length + y.Length];
        if (c.Run(x, y, output) != 2 * (a & b).Count) throw new InvalidOperationException("the loop in C finds other segments");
        var (ours, reference) = Rounds.Interleave(lab, 50, () => Repeat(() => a & b), () => Rounds.TimeAtOnce(() =>
        {
            for (var i = 0; i < Repeats; i++) c.Run(x, y, output);
        }), isShort: true);
        var segments = (a.Count + b.Count) * (double)Repeats;
        return new(Goal, Name)
        {
            Ours = new(segments / ours, "segments/s"),
            Reference = new(segments / reference!.Value, "segments/s"),
            ReferenceName = "gcc -O2, into memory that is there",
            Ratio = reference / ours,
        };
    }

    const int Repeats = 20;

    static void Repeat(Func<SegmentList> run)
    {
        for (var i = 0; i < Repeats; i++) GC.KeepAlive(run());
    }

    static long[] Edges(SegmentList list) => list.SelectMany(s => new[] { s.Start.Nanoseconds, s.End.Nanoseconds }).ToArray();

    static (SegmentList A, SegmentList B, string Source) Lists()
    {
        if (SharedData.Find("segments", "S5-H1-cat1.txt") is { } one && SharedData.Find("segments", "S5-H2-cat1.txt") is { } other)
            return (SegmentFile.Read(one).Active, SegmentFile.Read(other).Active, "the science segments of H1 and H2 in S5");
        return (Random(1), Random(2), $"made-up lists, because {SharedData.Absent}");
    }

    static SegmentList Random(ulong seed)
    {
        var random = new CounterRandom(seed, 0, 0);
        var at = GpsTime.FromSeconds(815_000_000);
        var segments = new Segment[8_000];
        for (var i = 0; i < segments.Length; i++)
        {
            var start = at + (long)(random.NextExponential() * 2_000e9) + 1;
            at = start + (long)(random.NextExponential() * 5_000e9) + 1;
            segments[i] = new(start, at);
        }
        return SegmentList.Coalesce(segments);
    }
}
