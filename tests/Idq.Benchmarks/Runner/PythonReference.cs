using System.Diagnostics;
using System.Text.Json;

namespace Idq.Benchmarks;

/// <summary>A reference in Python that runs beside: it reads the same data once and then does its work whenever it is asked.</summary>
sealed class PythonReference : IDisposable
{
    // Debian's own, for which setup installs numpy and scikit-learn.
    const string Interpreter = "/usr/bin/python3";

    readonly Process process;

    PythonReference(Process process) => this.process = process;

    /// <summary>What it is and its version.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What the last run said about its result.</summary>
    public JsonElement Check { get; private set; }

    /// <summary>Starts a script of the folder References; null with a reason when it cannot run here.</summary>
    public static PythonReference? Start(string script, object description, out string reason)
    {
        reason = $"{Interpreter} is not there";
        if (!File.Exists(Interpreter)) return null;
        var start = new ProcessStartInfo(Interpreter)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "References", script), JsonSerializer.Serialize(description) },
        };
        // One core, as we have; and no user's packages.
        foreach (var threads in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" }) start.Environment[threads] = "1";
        start.Environment["PYTHONNOUSERSITE"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment.Remove("PYTHONPATH");
        var reference = new PythonReference(Process.Start(start)!);
        if (reference.process.StandardOutput.ReadLine() is { } line)
        {
            reference.Name = JsonDocument.Parse(line).RootElement.GetProperty("ready").GetString()!;
            return reference;
        }
        reason = reference.process.StandardError.ReadToEnd().TrimEnd().Split('\n')[^1];
        reference.Dispose();
        return null;
    }

    /// <summary>Does the work once; gives the seconds that it took.</summary>
    public double Run()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        var line =
            process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended: {process.StandardError.ReadToEnd()}");
        var answer = JsonDocument.Parse(line).RootElement;
        Check = answer.GetProperty("check");
        return answer.GetProperty("seconds").GetDouble();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
