using System.Diagnostics;
using Idq.Streaming;
using Spectre.Console;

namespace Idq.Cli;

/// <summary>One line on a terminal that says how far a run is; drawn at most ten times a second.</summary>
sealed class ProgressLine : IProgress<RunProgress>
{
    /// <summary>What a line on the same terminal begins with, so that nothing is left of the progress on it.</summary>
    public const string Erase = "\r\e[2K";

    readonly LiveDisplayContext display;
    readonly long started = Stopwatch.GetTimestamp();
    readonly Lock turn = new();
    long drawn;

    ProgressLine(LiveDisplayContext display) => this.display = display;

    /// <summary>The terminal that standard error is; null when it is none that can redraw a line.</summary>
    public static IAnsiConsole? Terminal()
    {
        if (Console.IsErrorRedirected) return null;
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return terminal.Profile.Capabilities is { Ansi: true, Interactive: true } ? terminal : null;
    }

    /// <summary>Shows the progress of the work while it runs, and erases it then.</summary>
    public static Task<T> ShowAsync<T>(IAnsiConsole terminal, Func<IProgress<RunProgress>, Task<T>> work) =>
        terminal.Live(new Text("")).AutoClear(true).StartAsync(display =>
        {
            // Spectre hides the cursor. A program that is killed could not show it again.
            terminal.Cursor.Show(true);
            return work(new ProgressLine(display));
        });

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
            display.UpdateTarget(new Text($"{value.Job} {value.Now}{share}{left}") { Overflow = Overflow.Ellipsis });
        }
    }
}
