using System.Diagnostics;

namespace Idq.EndToEnd.Tests;

/// <summary>A program that runs. Disposing kills it when it still does.</summary>
sealed class RunningStream : IDisposable
{
    /// <summary>How long a program may take until it counts as one that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly Process process;
    readonly string command;
    readonly Task<string> output;
    readonly Task<string> errors;

    public RunningStream(Process process, string command, string? input)
    {
        (this.process, this.command) = (process, command);
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
    }

    public bool HasEnded => process.HasExited;

    /// <summary>What Ctrl-C does; or, with TERM, what a service manager does.</summary>
    public async Task InterruptAsync(string signal = "INT")
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    /// <summary>kill -9: nothing of the program runs after this.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Waits for the end; a program that hangs is killed.</summary>
    /// <param name="patience">How long it may take; null for <see cref="Patience"/>.</param>
    public async Task<StreamResult> EndAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"'stream {command}' did not end within {patience ?? Patience}; it said:\n{await errors}", e);
        }
        return new StreamResult(command, process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
        process.Dispose();
    }
}
