using System.Diagnostics;
using Idq.Streaming;

namespace Idq.Cli;

/// <summary>One line on a terminal that says how far a run is; drawn at most ten times a second.</summary>
sealed class ProgressLine(TextWriter terminal) : IProgress<RunProgress>
{
    readonly long started = Stopwatch.GetTimestamp();
    readonly Lock turn = new();
    long drawn;
    int width;

    public void Report(RunProgress value)
    {
        lock (turn)
        {
            if (drawn != 0 && Stopwatch.GetElapsedTime(drawn) < TimeSpan.FromMilliseconds(100)) return;
            drawn = Stopwatch.GetTimestamp();
            var elapsed = Stopwatch.GetElapsedTime(started);
            var share = double.IsNaN(value.Fraction) ? "" : $" {value.Fraction:P0}";
            var left = value.Fraction is > 0.01 and < 1
                ? $", {TimeSpan.FromSeconds(Math.Ceiling(elapsed.TotalSeconds * (1 / value.Fraction - 1))):c} left"
                : "";
            var text = $"{value.Job} {value.Now}{share}{left}";
            terminal.Write("\r" + text.PadRight(width));
            width = text.Length;
        }
    }

    /// <summary>Erases the line.</summary>
    public void Clear()
    {
        lock (turn)
        {
            if (width == 0) return;
            terminal.Write("\r" + new string(' ', width) + "\r");
            (width, drawn) = (0, 0);
        }
    }
}
