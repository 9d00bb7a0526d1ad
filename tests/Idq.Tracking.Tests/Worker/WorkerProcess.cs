using System.Diagnostics;

namespace Idq.Tracking.Tests.Worker;

/// <summary>This assembly, started as a process of its own.</summary>
public sealed class WorkerProcess : IDisposable
{
    readonly Process _process;

    public WorkerProcess(string command, string store, int count)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["exec", typeof(WorkerProcess).Assembly.Location, command, store, count.ToString()])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        Assert.Equal("ready", ReadLine());
    }

    public int Id => _process.Id;

    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>Lets it begin.</summary>
    public void Go()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>kill -9, wherever it is; returns the lines that it still got out.</summary>
    public IReadOnlyList<string> Kill()
    {
        _process.Kill();
        string rest = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Waits until it has ended well.</summary>
    public string End()
    {
        string output = _process.StandardOutput.ReadToEnd();
        string errors = _process.StandardError.ReadToEnd();
        Assert.True(_process.WaitForExit(60_000), "the worker did not end");
        Assert.True(_process.ExitCode == 0, errors);
        return output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
