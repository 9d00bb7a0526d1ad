namespace Idq.Streaming;

/// <summary>
/// A time series of one classifier over one stride: what low-latency searches read. Where <see cref="Ok"/> is 0 the others are neutral and
/// mean nothing.
/// </summary>
/// <param name="Grid">The sample times.</param>
/// <param name="Ok">1 where the others mean something.</param>
/// <param name="Rank">The rank.</param>
/// <param name="Fap">The probability that a clean time ranks as high; 1 where not OK.</param>
/// <param name="Eff">The probability that a glitch ranks as high; 1 where not OK.</param>
/// <param name="LogLike">ln p(rank | glitch) / p(rank | clean); 0 where not OK.</param>
/// <param name="Deviation">How well LOGLIKE is known: one standard deviation; 0 where not OK.</param>
/// <param name="PGlitch">The posterior probability of a glitch; 0 where not OK.</param>
public sealed record SeriesColumns(
    TimeGrid Grid, byte[] Ok, double[] Rank, double[] Fap, double[] Eff, double[] LogLike, double[] Deviation, double[] PGlitch)
{
    /// <summary>A series that says nothing.</summary>
    public static SeriesColumns Neutral(TimeGrid grid)
    {
        double[] Numbers() => new double[grid.Count];
        var series = new SeriesColumns(grid, new byte[grid.Count], Numbers(), Numbers(), Numbers(), Numbers(), Numbers(), Numbers());
        for (var i = 0; i < grid.Count; i++) series.Silence(i);
        return series;
    }

    /// <summary>Makes a sample say nothing.</summary>
    public void Silence(int i)
    {
        (Ok[i], Rank[i], Fap[i], Eff[i]) = (0, 0, 1, 1);
        (LogLike[i], Deviation[i], PGlitch[i]) = (0, 0, 0);
    }
}
