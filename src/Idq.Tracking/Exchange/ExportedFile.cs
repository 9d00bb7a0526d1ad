using NodaTime;

namespace Idq.Tracking;

/// <summary>A file whose bytes follow in records of their own, all of them before any other record.</summary>
/// <param name="Bytes">How many bytes follow.</param>
/// <param name="Sha256">Their digest: 64 lower-case hexadecimal digits.</param>
public abstract record ExportedFile(long Bytes, string Sha256) : ExchangeRecord;

/// <summary>A large object of a run, or of an experiment itself.</summary>
/// <param name="Experiment">The experiment that it belongs to, itself or by its run.</param>
/// <param name="Run">The run's uid; null for one of the experiment itself.</param>
/// <param name="Name">Its name.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="Bytes">How many bytes follow.</param>
/// <param name="Sha256">Their digest.</param>
/// <param name="Created">When it was stored.</param>
public sealed record ExportedObject(
    string Experiment,
    string? Run,
    string Name,
    string MediaType,
    long Bytes,
    string Sha256,
    Instant Created
) : ExportedFile(Bytes, Sha256);

/// <summary>An artifact of a run.</summary>
/// <param name="Run">The run's uid.</param>
/// <param name="Path">Where it is among the run's artifacts: relative, with slashes.</param>
/// <param name="Bytes">How many bytes follow.</param>
/// <param name="Sha256">Their digest.</param>
public sealed record ExportedArtifact(string Run, string Path, long Bytes, string Sha256) : ExportedFile(Bytes, Sha256);

/// <summary>Bytes of the file that came last, from where the record before ended.</summary>
/// <param name="Data">At most a few hundred thousand.</param>
public sealed record ExportedContent(ReadOnlyMemory<byte> Data) : ExchangeRecord
{
    // A multiple of three is base64 without padding in the middle.
    const int Most = 192 * 1024;

    /// <summary>A stream in pieces.</summary>
    internal static IEnumerable<ExportedContent> Pieces(Stream stream)
    {
        while (true)
        {
            var data = new byte[Most];
            var count = stream.ReadAtLeast(data, Most, throwOnEndOfStream: false);
            if (count > 0) yield return new ExportedContent(data.AsMemory(0, count));
            if (count < Most) yield break;
        }
    }
}
