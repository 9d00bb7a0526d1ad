using System.Diagnostics;

namespace Idq.Tracking.Tests.Worker;

/// <summary>This assembly, started as a process of its own.</summary>
public sealed class WorkerProcess : IDisposable
{
    readonly Process process;

    public WorkerProcess(string command, string store, int count)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", typeof(WorkerProcess).Assembly.Location, command, store, count.ToString()])
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        Assert.Equal("ready", ReadLine());
    }

    public int Id => process.Id;

    public string? ReadLine() => process.StandardOutput.ReadLine();

    /// <summary>Lets it begin.</summary>
    public void Go()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
    }

    /// <summary>kill -9, wherever it is; returns the lines that it still got out.</summary>
    public IReadOnlyList<string> Kill()
    {
        process.Kill();
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Waits until it has ended well.</summary>
    public string End()
    {
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "the worker did not end");
        Assert.True(process.ExitCode == 0, errors);
        return output;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
