namespace Idq;

/// <summary>
/// For the rows of one matrix and one channel after another: which trigger of the window [t − w, t + w] stands for the channel.
/// </summary>
/// <remarks>Scratch space is made once a matrix; nothing is allocated for a channel or an event, once it has grown.</remarks>
abstract class TriggerSelector
{
    readonly long[] rows;
    readonly int[] best;
    readonly int[] hits;
    int hitCount;

    protected TriggerSelector(long[] rows, long window)
    {
        (this.rows, Window) = (rows, window);
        best = new int[rows.Length];
        hits = new int[rows.Length];
        Array.Fill(best, None);
    }

    protected const int None = -1;

    /// <summary>Row times in GPS nanoseconds, ascending.</summary>
    protected ReadOnlySpan<long> Rows => rows;

    /// <summary>Half width of the window in nanoseconds.</summary>
    protected long Window { get; }

    /// <summary>The rows that have a trigger, in any order, each once.</summary>
    public ReadOnlySpan<int> Hits => hits.AsSpan(0, hitCount);

    /// <summary>The index of each row's trigger in the channel's run; defined for <see cref="Hits"/> only.</summary>
    public ReadOnlySpan<int> Best => best;

    /// <summary>Selects for one channel. Triggers whose significance is not a number are never selected.</summary>
    public void Select(ReadOnlySpan<long> times, ReadOnlySpan<double> significance)
    {
        foreach (var row in Hits) best[row] = None;
        hitCount = 0;
        if (times.Length == 0 || rows.Length == 0) return;
        hitCount = Choose(times, significance, best, hits);
    }

    /// <summary>
    /// Writes the winner of every row that has one to <paramref name="best"/> (elsewhere <see cref="None"/>), the rows to
    /// <paramref name="hits"/>; gives their number.
    /// </summary>
    protected abstract int Choose(ReadOnlySpan<long> times, ReadOnlySpan<double> significance, Span<int> best, Span<int> hits);

    public static TriggerSelector Create(Selection selection, long[] rows, long window) => selection switch
    {
        Selection.Loudest => new LoudestSelector(rows, window),
        Selection.Pointy => new PointySelector(rows, window),
        _ => throw new ArgumentOutOfRangeException(nameof(selection), selection, "unknown selection"),
    };
}
