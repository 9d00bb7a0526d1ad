using FsCheck.Fluent;

namespace Idq.Streaming.Tests.Jobs;

public sealed class BacklogTests
{
    /// <summary>Seconds with the version that waits for each; null where nothing does.</summary>
    static int?[] Naive(IEnumerable<(int Start, int Length, int Version)> changes)
    {
        var seconds = new int?[30];
        foreach (var (start, length, version) in changes) seconds.AsSpan(start, length).Fill(version < 0 ? null : version);
        return seconds;
    }

    static Backlog Of(IEnumerable<(int Start, int Length, int Version)> changes) =>
        changes.Aggregate(Backlog.Empty, (backlog, c) =>
        {
            var span = Gps.Seg(c.Start, c.Start + c.Length);
            return c.Version < 0 ? backlog.Without(span) : backlog.With(span, c.Version);
        });

    [Fact]
    public void Every_instant_waits_with_the_version_that_it_was_given_last() =>
        (from starts in Gen.Choose(0, 20).ArrayOf(8)
         from lengths in Gen.Choose(1, 10).ArrayOf(8)
         from versions in Gen.Choose(-1, 2).ArrayOf(8)
         select starts.Zip(lengths, versions).ToArray()).Check(changes =>
        {
            var (seconds, backlog) = (Naive(changes), Of(changes));
            for (var t = 0; t < seconds.Length; t++) Assert.Equal(seconds[t], backlog.VersionOf(Gps.Seg(t, t + 1)));
            Assert.Equal(seconds.All(s => s is null), backlog.IsEmpty);
            Assert.Equal(seconds.Count(s => s is not null) * Gps.Second, backlog.Time.Livetime);
            Assert.Equal(backlog.ToString(), Backlog.Parse(backlog.ToString()).ToString());
        });

    [Fact]
    public void A_span_of_which_a_part_does_not_wait_does_not_wait_as_a_whole()
    {
        var backlog = Of([(0, 10, 0), (10, 10, 1)]);
        Assert.Equal(0, backlog.VersionOf(Gps.Seg(2, 10)));
        Assert.Null(backlog.VersionOf(Gps.Seg(8, 12)));
        Assert.Null(backlog.VersionOf(Gps.Seg(15, 21)));
        Assert.Equal([Gps.At(0), Gps.At(10), Gps.At(10), Gps.At(20)], backlog.Edges);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0: 1")]
    [InlineData("0 1 2")]
    public void Text_that_is_no_backlog_is_refused(string text) => Assert.Throws<FormatException>(() => Backlog.Parse(text));
}
