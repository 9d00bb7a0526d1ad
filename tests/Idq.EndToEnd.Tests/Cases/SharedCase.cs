using System.Diagnostics;

namespace Idq.EndToEnd.Tests.Cases;

/// <summary>A case beside the repository: a copy of its folder, in which its own command runs with this program.</summary>
sealed class SharedCase : IDisposable
{
    readonly TemporaryFolder folder = new();

    public SharedCase(string name)
    {
        var source = Path.Combine(SharedData.Cases!, name);
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            File.WriteAllBytes(folder.Write(Path.GetRelativePath(source, path), ""), File.ReadAllBytes(path));
        var library = Path.Combine(AppContext.BaseDirectory, "stream.dll");
        var program = folder.Write("stream-under-test", $"#!/bin/sh\nexec dotnet '{library}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
    }

    /// <summary>Runs the command of the case to its end.</summary>
    public async Task<StreamResult> RunAsync()
    {
        var start = new ProcessStartInfo("sh", [folder.File("cmd.sh")])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["STREAM"] = folder.File("stream-under-test");
        start.Environment["CHECKOUT"] = Repository.Path();
        using var running = new RunningStream(Process.Start(start)!, "(cmd.sh)", null);
        return await running.EndAsync();
    }

    public void Dispose() => folder.Dispose();
}
