using System.Diagnostics;

namespace Idq.Benchmarks;

/// <summary>What measurements share: how many rounds, a folder for data that is thrown away afterwards, and a voice.</summary>
public sealed class Laboratory : IDisposable
{
    readonly long started = Stopwatch.GetTimestamp();

    /// <summary>A laboratory with an empty folder.</summary>
    /// <param name="rounds">How often A and B take turns.</param>
    /// <param name="isQuick">True for a look in passing: less data, shorter waits. The figures mean little.</param>
    /// <param name="cancellation">Ends a measurement.</param>
    public Laboratory(int rounds, bool isQuick, CancellationToken cancellation) =>
        (Rounds, IsQuick, Cancellation, Folder) = (rounds, isQuick, cancellation, Directory.CreateTempSubdirectory("idq-bench-").FullName);

    /// <summary>How often A and B take turns.</summary>
    public int Rounds { get; }

    /// <summary>True for a look in passing.</summary>
    public bool IsQuick { get; }

    /// <summary>Ends a measurement.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>A PostgreSQL database that may be filled with trash; null for none.</summary>
    public string? Postgres { get; init; }

    /// <summary>Where data lies that is thrown away afterwards.</summary>
    public string Folder { get; }

    /// <summary>Progress, on standard error.</summary>
    public void Say(string line) => Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(started).TotalSeconds,5:0.0} s] {line}");

    /// <summary>A path in the folder.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes an array as it lies in memory, and gives the path.</summary>
    public string Save<T>(string name, ReadOnlySpan<T> values) where T : unmanaged
    {
        using var file = File.Create(PathOf(name));
        file.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
        return PathOf(name);
    }

    /// <summary>Throws the folder away.</summary>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
