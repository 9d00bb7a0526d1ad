using System.Text.Json;

namespace Idq.Core.Tests.Segments;

/// <summary>What the C extension of igwn_segments makes of random lists, and the livetimes of the fifth science run.</summary>
public sealed class SegmentAlgebraDataTests
{
    static GpsTime Time(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? e.GetString() == "inf" ? GpsTime.MaxValue : GpsTime.MinValue
        : new GpsTime(e.GetInt64());

    static Segment Seg(JsonElement e) => new(Time(e[0]), Time(e[1]));

    static Segment[] Segs(JsonElement e) => e.EnumerateArray().Select(Seg).ToArray();

    static SegmentList List(JsonElement e) => SegmentList.Coalesce(Segs(e));

    static JsonElement Load() => JsonDocument.Parse(File.ReadAllText(SharedData.Path("segments/algebra.json"))).RootElement;

    [SharedFact]
    public void Every_case_of_the_reference_algebra_holds()
    {
        var cases = 0;
        foreach (var c in Load().GetProperty("cases").EnumerateArray())
        {
            var (a, b) = (List(c.GetProperty("a")), List(c.GetProperty("b")));
            var delta = c.GetProperty("delta").GetInt64();
            // Compared as plain segments, so that the reference is not coalesced once more on the way.
            void Same(string name, SegmentList actual) => Assert.Equal(Segs(c.GetProperty(name)), actual.ToArray());
            Same("coalesced_a", a);
            Same("coalesced_b", b);
            Same("union", a | b);
            Same("intersection", a & b);
            Same("difference", a - b);
            Same("symmetric_difference", a ^ b);
            Same("complement_a", ~a);
            Same("protract_a", a.Protract(delta));
            Same("contract_a", a.Contract(delta));
            Same("shift_a", a.Shift(delta));
            Assert.Equal(c.GetProperty("livetime_a").GetInt64(), a.Livetime);
            Assert.Equal(c.GetProperty("intersects").GetBoolean(), a.Intersects(b));
            if (c.TryGetProperty("extent_a", out var extent)) Assert.Equal(Seg(extent), a.Extent);
            else Assert.Throws<InvalidOperationException>(() => a.Extent);
            var points = c.GetProperty("points").EnumerateArray().Select(p => p.GetInt64()).ToArray();
            var contains = c.GetProperty("contains_a").EnumerateArray().Select(p => p.GetBoolean()).ToArray();
            Assert.Equal(contains, points.Select(p => a.Contains(new GpsTime(p))));
            cases++;
        }
        Assert.Equal(400, cases);
    }

    [SharedFact]
    public void Every_dictionary_of_the_reference_holds()
    {
        var dictionaries = 0;
        foreach (var d in Load().GetProperty("dictionaries").EnumerateArray())
        {
            var lists = new SegmentListDictionary(
                d.GetProperty("shifted").EnumerateObject().Select(l => KeyValuePair.Create(l.Name, List(l.Value)))
            );
            Assert.Equal(List(d.GetProperty("union")), lists.Union(lists.Keys));
            Assert.Equal(List(d.GetProperty("intersection")), lists.Intersection(lists.Keys));
            dictionaries++;
        }
        Assert.Equal(30, dictionaries);
    }

    static Segment[] Segwizard(string name) =>
        File.ReadLines(SharedData.Path("segments/" + name))
            .Where(l => !l.TrimStart().StartsWith('#') && l.Trim().Length > 0)
            .Select(l => l.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Select(f => Segment.FromSeconds(long.Parse(f[1]), long.Parse(f[2])))
            .ToArray();

    [SharedFact]
    public void The_fifth_science_run_gives_its_livetimes()
    {
        var rows = (Segwizard("S5-H1-cat1.txt"), Segwizard("S5-H2-cat1.txt"), Segwizard("S5-H1-cat2.txt"));
        Assert.Equal((8936, 7502, 5685), (rows.Item1.Length, rows.Item2.Length, rows.Item3.Length));
        var (h1, h2, cat2) = (SegmentList.Coalesce(rows.Item1), SegmentList.Coalesce(rows.Item2), SegmentList.Coalesce(rows.Item3));
        static (int, long) Figures(SegmentList list) => (list.Count, list.Livetime / GpsTime.NanosecondsPerSecond);
        Assert.Equal((8935, 45_246_206), Figures(h1));
        Assert.Equal(45_715_559, Figures(h2).Item2);
        Assert.Equal(53_039, Figures(cat2).Item2);
        Assert.Equal((7526, 42_008_938), Figures(h1 & h2));
        Assert.Equal((8911, 48_952_827), Figures(h1 | h2));
        Assert.Equal((13_647, 45_193_167), Figures(h1 - cat2));
        Assert.Equal((15_073, 6_943_889), Figures(h1 ^ h2));
    }
}
