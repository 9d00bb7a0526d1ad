using System.Diagnostics;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>A service that runs and has said where it listens. Disposing kills it when it still runs.</summary>
sealed class Service : IDisposable
{
    const string Listening = "listening on ";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process process;
    readonly List<string> said = [];

    Service(Process process) => this.process = process;

    /// <summary>What stands behind "listening on".</summary>
    public string Address { get; private set; } = "";

    /// <summary>The most memory that it ever held, in bytes.</summary>
    public long MemoryPeak
    {
        get
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture)
                * 1024;
        }
    }

    /// <summary>kill -9: nothing of the program runs after this.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>The lines before it listened, and that one.</summary>
    public IReadOnlyList<string> Said => said;

    public static Task<Service> StartAsync(params string[] arguments) => StartAsync([], arguments);

    public static async Task<Service> StartAsync((string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo(
            "env",
            ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "stream.dll"), .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var service = new Service(Process.Start(start)!);
        using var limit = new CancellationTokenSource(Patience);
        while (await service.process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            service.said.Add(line);
            if (!line.StartsWith(Listening, StringComparison.Ordinal)) continue;
            service.Address = line[Listening.Length..];
            // What it says later must not fill the pipe.
            _ = service.process.StandardError.ReadToEndAsync(CancellationToken.None);
            return service;
        }
        throw new InvalidOperationException($"the service ended before it listened:\n{string.Join('\n', service.said)}");
    }

    /// <summary>Sends a signal; the exit code.</summary>
    public async Task<int> EndAsync(string signal)
    {
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()])) await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
