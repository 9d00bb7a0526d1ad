using System.Diagnostics;

namespace Idq.EndToEnd.Tests;

/// <summary>The program as its users call it: a process of its own, with arguments in and text and an exit code out.</summary>
static class StreamProgram
{
    /// <summary>Runs to the end.</summary>
    public static Task<StreamResult> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    /// <summary>Runs to the end in a folder of choice, with text on standard input.</summary>
    public static async Task<StreamResult> RunAsync(
        IReadOnlyList<string> arguments,
        string? input,
        string? folder = null,
        params (string Name, string Value)[] environment
    )
    {
        using var running = Start(arguments, input, folder, environment);
        return await running.EndAsync();
    }

    /// <summary>Starts and returns at once.</summary>
    public static RunningStream Start(
        IReadOnlyList<string> arguments,
        string? input = null,
        string? folder = null,
        params (string Name, string Value)[] environment
    )
    {
        // A program that was started in the background by a script ignores Ctrl-C, and so do its children, unless they are told not to.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "stream.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("STREAM__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new RunningStream(Process.Start(start)!, string.Join(' ', arguments), input);
    }
}
