using System.Diagnostics;
using System.Globalization;

namespace Idq.Benchmarks.Replay;

/// <summary>What a process took.</summary>
/// <param name="Seconds">From start to exit.</param>
/// <param name="CpuSeconds">Of all cores together.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
readonly record struct ProcessCost(double Seconds, double CpuSeconds, long PeakBytes);

/// <summary>The program as a process of its own, as users run it.</summary>
static class StreamProcess
{
    const double TicksPerSecond = 100;

    // As scripts/setup publishes it, compiled ahead of time; else the copy beside the benchmarks.
    static readonly string Program = Published() ?? Path.Combine(AppContext.BaseDirectory, "stream.dll");

    /// <summary>Runs it to its end.</summary>
    public static ProcessCost Run(Laboratory lab, params string[] arguments)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (cpu, peak) = (0.0, 0L);
        try
        {
            while (!process.WaitForExit(20))
            {
                lab.Cancellation.ThrowIfCancellationRequested();
                // Both are lost with the process: the last look before its end counts.
                cpu = Math.Max(cpu, CpuOf(process.Id));
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
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"stream {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
        return new(seconds, cpu, peak);
    }

    /// <summary>Runs it for a while and ends it by a signal; gives the seconds from the signal to its end, and what it printed.</summary>
    public static async Task<(double Seconds, string Output)> StopAsync(
        Laboratory lab, TimeSpan after, string signal, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(lab.Cancellation);
        var errors = process.StandardError.ReadToEndAsync(lab.Cancellation);
        try
        {
            await Task.Delay(after, lab.Cancellation);
            if (process.HasExited)
                throw new InvalidOperationException($"stream {string.Join(' ', arguments)} ended by itself: {await errors}");
            var asked = Stopwatch.GetTimestamp();
            using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"])) await kill.WaitForExitAsync(lab.Cancellation);
            await process.WaitForExitAsync(lab.Cancellation);
            return (Stopwatch.GetElapsedTime(asked).TotalSeconds, await output);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    static Process Start(string[] arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    // User and system time are the 14th and 15th field; the second is a name in parentheses, which may hold blanks.
    static double CpuOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
                / TicksPerSecond;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static long PeakOf(int process)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    return long.Parse(
                            line.AsSpan(6, line.Length - 9),
                            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                            CultureInfo.InvariantCulture
                        ) * 1024;
        }
        catch (IOException)
        {
            // It has just ended.
        }
        return 0;
    }

    static string? Published()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (
                Path.Combine(folder.FullName, "artifacts", "publish", "Idq.Cli", "release_linux-x64", "stream.dll") is var path
                && File.Exists(path)
            )
                return path;
        return null;
    }
}
