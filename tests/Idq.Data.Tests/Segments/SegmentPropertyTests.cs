using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Segments;

public sealed class SegmentPropertyTests
{
    static readonly Gen<SegmentList> List = Gen.Choose(0, 60).Two().ListOf()
        .Select(pairs => SegmentList.Coalesce(pairs.Select(p => Segment.FromSeconds(p.Item1, p.Item2))));

    static readonly Gen<SegmentQuery> Query = from known in List from active in List select new SegmentQuery(known, active);

    sealed class Fixed(SegmentQuery query) : ISegmentSource
    {
        public ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken) => new(query.Clip(span));
    }

    [Fact]
    public void An_expression_says_of_every_second_what_its_flags_say_together() =>
        Prop.ForAll(
                Query.ListOf().ToArbitrary(),
                Query.ListOf().ToArbitrary(),
                Gen.Choose(0, 60).Two().ToArbitrary(),
                (include, exclude, ends) =>
                {
                    var span = Segment.FromSeconds(ends.Item1, ends.Item2);
                    var expression = new FlagExpression([.. include.Select(q => new Fixed(q))], [.. exclude.Select(q => new Fixed(q))]);
                    var answer = expression.QueryAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult();
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
    public void Versions_merge_to_what_any_of_them_says() =>
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
                            && merged.Active.Contains(t) == queries.Any(q => q.Active.Contains(t))
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
                        SegmentFile.WriteText(writer, list);
                    var source = new FileSegmentSource(folder.File("s.txt"));
                    SegmentList Active(long a, long b) =>
                        source.QueryAsync(Segment.FromSeconds(a, b), CancellationToken.None).AsTask().GetAwaiter().GetResult().Active;
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
            using (var text = new StreamWriter(folder.File("a"))) SegmentFile.WriteText(text, list);
            using (var json = new StreamWriter(folder.File("b"))) SegmentFile.WriteJson(json, new(list, list), new("H1", "SCIENCE", 1));
            Assert.Equal(list, SegmentFile.Read(folder.File("a")).Active);
            Assert.Equal(new SegmentQuery(list, list), SegmentFile.Read(folder.File("b"), "H1:SCIENCE:1"));
        }
    }
}
