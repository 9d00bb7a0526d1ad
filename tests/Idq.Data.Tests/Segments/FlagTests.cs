namespace Idq.Data.Tests.Segments;

public sealed class FlagTests
{
    static readonly Segment Span = Segment.FromSeconds(0, 100);

    static SegmentList Seconds(params (long Start, long End)[] segments) =>
        SegmentList.Coalesce(segments.Select(s => Segment.FromSeconds(s.Start, s.End)));

    sealed class Fixed(SegmentList known, SegmentList active) : ISegmentSource
    {
        public ValueTask<SegmentQuery> QueryAsync(Segment span, CancellationToken cancellationToken) =>
            new(new SegmentQuery(known, active).Clip(span));
    }

    static SegmentQuery Ask(ISegmentSource source, Segment span) =>
        source.QueryAsync(span, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("H1:DMT-ANALYSIS_READY:1", "H1", "DMT-ANALYSIS_READY", 1)]
    [InlineData(" L1:X ", "L1", "X", null)]
    [InlineData("L1:X:*", "L1", "X", null)]
    public void Flag_names_have_two_or_three_parts(string text, string ifo, string name, int? version)
    {
        Assert.True(FlagName.TryParse(text, out var flag));
        Assert.Equal(new FlagName(ifo, name, version), flag);
        Assert.True(FlagName.TryParse(flag!.ToString(), out var again));
        Assert.Equal(flag, again);
    }

    [Theory]
    [InlineData("H1")]
    [InlineData("")]
    [InlineData("H1::1")]
    [InlineData("H1:A:x")]
    [InlineData("H1:A:-1")]
    [InlineData("H1:A:1:2")]
    public void Other_texts_are_no_flags(string text) => Assert.False(FlagName.TryParse(text, out _));

    [Fact]
    public void Included_flags_intersect_excluded_ones_subtract_and_all_must_be_known()
    {
        var a = new Fixed(Seconds((0, 90)), Seconds((10, 50)));
        var b = new Fixed(Seconds((5, 100)), Seconds((20, 80)));
        var c = new Fixed(Seconds((0, 40), (45, 100)), Seconds((30, 32)));
        Assert.Equal(new SegmentQuery(Seconds((5, 40), (45, 90)), Seconds((20, 30), (32, 50))), Ask(new FlagExpression([a, b], [c]), Span));
    }

    [Fact]
    public void Nothing_included_means_all_of_the_span()
    {
        Assert.Equal(new SegmentQuery(Seconds((0, 100)), Seconds((0, 100))), Ask(new FlagExpression([], []), Span));
        var veto = new Fixed(Seconds((0, 60)), Seconds((10, 20)));
        Assert.Equal(new SegmentQuery(Seconds((0, 60)), Seconds((0, 10), (20, 100))), Ask(new FlagExpression([], [veto]), Span));
    }

    [Fact]
    public void A_file_answers_for_the_span_and_is_read_again_when_it_grows()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("s.txt", "10 20\n30 200\n");
        var source = new FileSegmentSource(path);
        Assert.Equal(new SegmentQuery(Seconds((0, 100)), Seconds((10, 20), (30, 100))), Ask(source, Span));
        folder.Write("s.txt", "10 20\n30 200\n300 400\n");
        Assert.Equal(Seconds((300, 350)), Ask(source, Segment.FromSeconds(250, 350)).Active);
        File.Delete(path);
        Assert.Throws<DataException>(() => Ask(source, Span));
    }

    [Fact]
    public async Task A_cancelled_query_stops() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await new FileSegmentSource("x").QueryAsync(Span, new CancellationToken(true))
        );
}
