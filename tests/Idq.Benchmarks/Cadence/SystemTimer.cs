using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Idq.Benchmarks.Cadence;

/// <summary>The timer of the C library: what can be had on this machine at best.</summary>
static partial class SystemTimer
{
    const int Realtime = 0;
    const int AbsoluteTime = 1;
    const int Interrupted = 4;

    /// <summary>Sleeps until every multiple of a period in turn, and gives the seconds by which each waking was late.</summary>
    public static double[] Lateness(long period, int count, CancellationToken cancellation)
    {
        var late = new double[count];
        var due = Now() + period;
        for (var i = 0; i < count; i++, due += period)
        {
            cancellation.ThrowIfCancellationRequested();
            var target = new TimeSpec(due / GpsTime.NanosecondsPerSecond, due % GpsTime.NanosecondsPerSecond);
            int error;
            while ((error = Sleep(Realtime, AbsoluteTime, target, 0)) == Interrupted)
            {
            }
            if (error != 0) throw new Win32Exception(error);
            late[i] = (Now() - due) / 1e9;
        }
        return late;
    }

    static long Now()
    {
        if (Read(Realtime, out var now) != 0) throw new Win32Exception();
        return now.Seconds * GpsTime.NanosecondsPerSecond + now.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    internal static partial int Sleep(int clock, int flags, in TimeSpec target, nint remaining);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int Read(int clock, out TimeSpec now);

    internal readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
