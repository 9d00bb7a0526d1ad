using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Segments;

public sealed class SegmentPropertyTests
{
    static readonly Gen<SegmentList> List = Gen.Choose(0, 60).Two().ListOf()
        .Select(pairs => SegmentList.Coalesce(pairs.Select(p => Segment.FromSeconds(p.Item1, p.Item2))));

    static readonly Gen<SegmentQuery> Query = from known in List from active in List select new SegmentQuery(known, active);

    static (string, SegmentQuery)[] Flags(string ifo, IEnumerable<SegmentQuery> queries) =>
        [.. queries.Select((q, i) => ($"{ifo}:F:{i}", q))];

    static FlagName[] Names(IEnumerable<(string Flag, SegmentQuery)> flags) => [.. flags.Select(f => FlagName.Parse(f.Flag))];

    [Fact]
    public void Good_time_says_of_every_second_what_its_flags_say_together() =>
        Prop.ForAll(
                Query.ListOf().ToArbitrary(),
                Query.ListOf().ToArbitrary(),
                Gen.Choose(0, 60).Two().ToArbitrary(),
                (include, exclude, ends) =>
                {
                    var span = Segment.FromSeconds(ends.Item1, ends.Item2);
                    var (good, bad) = (Flags("H1", include), Flags("L1", exclude));
                    var answer = new GoodTime(new MemorySegments([.. good, .. bad]), Names(good), Names(bad)).Ask(span);
                    return Enumerable
                        .Range(-1, 63)
                        .All(second =>
                        {
                            var time = GpsTime.FromSeconds((long)second);
                            var known = span.Contains(time) && include.Concat(exclude).All(q => q.Known.Contains(time));
                            var active =
                                span.Contains(time)
                                && include.All(q => q.Active.Contains(time))
                                && !exclude.Any(q => q.Active.Contains(time));
                            return answer.Known.Contains(time) == known && answer.Active.Contains(time) == active;
                        });
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Good_time_from_files_is_the_algebra_of_their_lists() =>
        Prop.ForAll(
                Query.NonEmptyListOf().ToArbitrary(),
                Query.ListOf().ToArbitrary(),
                List.ListOf().Two().ToArbitrary(),
                (months, vetoes, texts) =>
                {
                    using var folder = new TemporaryFolder();
                    string Json(string name, SegmentQuery segments, FlagName flag)
                    {
                        using var writer = new StreamWriter(folder.File(name));
                        SegmentWriter.WriteJson(writer, segments, flag);
                        return folder.File(name);
                    }

                    string Text(string name, SegmentList segments)
                    {
                        using var writer = new StreamWriter(folder.File(name));
                        SegmentWriter.WriteText(writer, segments);
                        return folder.File(name);
                    }

                    string[] files =
                    [
                        .. months.Select((q, i) => Json($"month{i}.json", q, new("H1", "GOOD", 1))),
                        .. vetoes.Select((q, i) => Json($"veto{i}.json", q, new("H1", "VETO" + i, 1))),
                        .. texts.Item1.Select((l, i) => Text($"good{i}.txt", l)),
                    ];
                    var bad = texts.Item2.Select((l, i) => Text($"bad{i}.txt", l)).ToArray();
                    var span = Segment.FromSeconds(3, 57);
                    var time = GoodTime.Open(files, ["H1:GOOD:1"], [.. vetoes.Select((_, i) => $"H1:VETO{i}:1")], bad)!;

                    var flag = SegmentQuery.Merge(months);
                    var known = vetoes.Aggregate(flag.Known, (sum, v) => sum & v.Known);
                    var active = texts.Item1.Aggregate(flag.Active, (sum, l) => sum & l);
                    active = vetoes.Aggregate(active, (rest, v) => rest - (v.Active & v.Known));
                    active = texts.Item2.Aggregate(active, (rest, l) => rest - l);
                    return time.Ask(span) == new SegmentQuery(known, active).Clip(span);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Versions_merge_to_what_any_of_them_says_of_the_time_that_it_knows() =>
        Prop.ForAll(
                Query.ListOf().ToArbitrary(),
                queries =>
                {
                    var merged = SegmentQuery.Merge(queries);
                    return Enumerable
                        .Range(-1, 63)
                        .Select(s => GpsTime.FromSeconds((long)s))
                        .All(t =>
                            merged.Known.Contains(t) == queries.Any(q => q.Known.Contains(t))
                            && merged.Active.Contains(t) == queries.Any(q => q.Active.Contains(t) && q.Known.Contains(t))
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_query_in_pieces_is_the_query_of_the_whole() =>
        Prop.ForAll(
                List.ToArbitrary(),
                Gen.Choose(1, 59).ToArbitrary(),
                (list, cut) =>
                {
                    using var folder = new TemporaryFolder();
                    using (var writer = new StreamWriter(folder.File("s.txt")))
                        SegmentWriter.WriteText(writer, list);
                    var source = GoodTime.Open([folder.File("s.txt")], [], [], [])!;
                    SegmentList Active(long a, long b) => source.Ask(Segment.FromSeconds(a, b)).Active;
                    return (Active(0, cut) | Active(cut, 60)).Equals(Active(0, 60)) && Active(0, 60).Equals(list);
                }
            )
            .QuickCheckThrowOnFailure();

    [SharedFact]
    public void The_real_lists_survive_both_formats()
    {
        foreach (var name in new[] { "S5-H1-cat1.txt", "S5-H1-cat2.txt", "S5-H2-cat1.txt" })
        {
            var list = SegmentFile.Read(SharedData.Path("segments", name)).Active;
            using var folder = new TemporaryFolder();
            using (var text = new StreamWriter(folder.File("a"))) SegmentWriter.WriteText(text, list);
            using (var json = new StreamWriter(folder.File("b"))) SegmentWriter.WriteJson(json, new(list, list), new("H1", "SCIENCE", 1));
            Assert.Equal(list, SegmentFile.Read(folder.File("a")).Active);
            Assert.Equal(new SegmentQuery(list, list), SegmentFile.Read(folder.File("b"), "H1:SCIENCE:1"));
        }
    }
}
