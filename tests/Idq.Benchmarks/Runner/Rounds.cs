using System.Diagnostics;

namespace Idq.Benchmarks;

/// <summary>Times two ways of one task in turns, so that whatever else the machine does hits both.</summary>
public static class Rounds
{
    /// <summary>Seconds of one call.</summary>
    public static double Time(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return TimeAtOnce(work);
    }

    /// <summary>Seconds of one call, without collecting garbage before.</summary>
    public static double TimeAtOnce(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Median seconds of ours and of the reference, after <paramref name="warmUp"/> calls of ours that do not count.</summary>
    /// <param name="lab">Says how many rounds.</param>
    /// <param name="warmUp">Calls until the compiler is done.</param>
    /// <param name="ours">Our way.</param>
    /// <param name="reference">Gives the seconds that the other way took; null when there is none.</param>
    /// <param name="isShort">True for work of about a millisecond: many more rounds, most of which nobody interrupts.</param>
    public static (double Ours, double? Reference) Interleave(
        Laboratory lab,
        int warmUp,
        Action ours,
        Func<double>? reference,
        bool isShort = false
    )
    {
        WarmUp(warmUp, ours);
        var rounds = isShort ? 20 * lab.Rounds : lab.Rounds;
        var (a, b) = (new double[rounds], new double[rounds]);
        GC.Collect();
        for (var round = 0; round < rounds; round++)
        {
            lab.Cancellation.ThrowIfCancellationRequested();
            a[round] = isShort ? TimeAtOnce(ours) : Time(ours);
            if (reference is not null) b[round] = reference();
        }
        return (Median(a), reference is null ? null : Median(b));
    }

    /// <summary>Calls until the compiler has seen enough: a pause after the first half lets it finish in the background.</summary>
    public static void WarmUp(int calls, Action work)
    {
        for (var i = 0; i < calls; i++)
        {
            work();
            if (i == calls / 2) Thread.Sleep(200);
        }
    }

    /// <summary>The middle value.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    /// <summary>The value below which the given fraction lies.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double fraction)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(fraction * sorted.Length))];
    }
}
