using System.Diagnostics;
using System.Globalization;

namespace Idq.Benchmarks.Replay;

/// <summary>The program as a process of its own, as users run it.</summary>
static class StreamProcess
{
    /// <summary>Runs it to its end; gives the seconds from start to exit, and the largest resident memory in bytes.</summary>
    public static (double Seconds, long PeakBytes) Run(Laboratory lab, params string[] arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "stream.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        try
        {
            while (!process.WaitForExit(20))
            {
                lab.Cancellation.ThrowIfCancellationRequested();
                peak = Math.Max(peak, PeakOf(process.Id));
            }
        }
        catch
        {
            process.Kill();
            throw;
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _ = output.Result;
        if (process.ExitCode != 0) throw new InvalidOperationException($"stream {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
        return (seconds, peak);
    }

    // The kernel keeps the largest value itself; it is only lost with the process.
    static long PeakOf(int process)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) return long.Parse(line.AsSpan(6, line.Length - 9), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // It has just ended.
        }
        return 0;
    }
}
