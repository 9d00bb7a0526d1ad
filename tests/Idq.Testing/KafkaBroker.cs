using System.Diagnostics;

namespace Idq.Testing;

/// <summary>A real broker: the one that STREAM_KAFKA names, or one that is started on a free port and stopped at the end.</summary>
public sealed class KafkaBroker : IDisposable
{
    /// <summary>What a skipped test says.</summary>
    public const string Absent = "no broker: STREAM_KAFKA names none, and ../shared/kafka beside the repository is not on this machine";

    readonly string? program = SharedData.Find("kafka") is { } folder ? Path.Combine(folder, "kafka") : null;
    readonly TemporaryFolder? data;
    readonly Lazy<string> bootstrap;

    public KafkaBroker()
    {
        if (Environment.GetEnvironmentVariable("STREAM_KAFKA") is { Length: > 0 } named)
        {
            bootstrap = new(named);
            return;
        }
        data = new();
        bootstrap = new(() => Run("start", data.Path).Trim().Split('\n')[^1]);
    }

    /// <summary>True when a test can have a broker.</summary>
    public static bool IsThere =>
        Environment.GetEnvironmentVariable("STREAM_KAFKA") is { Length: > 0 } || SharedData.Find("kafka") is not null;

    /// <summary>The address; the first to ask starts the broker.</summary>
    public string Bootstrap => bootstrap.Value;

    /// <summary>Kills the broker as a power failure does.</summary>
    public void Kill() => Run("kill", data!.Path, "1");

    /// <summary>Starts the broker that was killed.</summary>
    public void Revive() => Run("revive", data!.Path, "1");

    public void Dispose()
    {
        if (data is null) return;
        if (bootstrap.IsValueCreated) Run("stop", data.Path);
        data.Dispose();
    }

    string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program!, arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"kafka {string.Join(' ', arguments)}: {output} {errors.Result}");
    }
}

/// <summary>A test that kills its broker; skipped where none can be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OwnKafkaFactAttribute : FactAttribute
{
    public OwnKafkaFactAttribute()
    {
        if (SharedData.Find("kafka") is null || Environment.GetEnvironmentVariable("STREAM_KAFKA") is { Length: > 0 })
            Skip = "no broker of its own: ../shared/kafka beside the repository is not on this machine, or STREAM_KAFKA names one";
    }
}

/// <summary>A test with a real broker; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute()
    {
        if (!KafkaBroker.IsThere) Skip = KafkaBroker.Absent;
    }
}
