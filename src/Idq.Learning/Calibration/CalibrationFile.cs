using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Idq.Learning;

/// <summary>Calibration maps as versioned JSON.</summary>
/// <remarks>
/// <para>One object: <c>format</c> "stream-calibration-map", <c>version</c> 2, <c>kind</c> "kde" or "discrete", <c>nickname</c>,
/// <c>span</c> [start, end], <c>segments</c>, <c>parents</c>, <c>modelHashes</c>, <c>rates</c>, <c>options</c>, <c>rowsAtFit</c>, for a
/// discrete map its <c>atoms</c>, the densities <c>glitch</c>, <c>window</c> and <c>clean</c>, and last <c>hash</c>. Times and durations
/// are exact decimal seconds, unbounded ends "inf" and "-inf".</para>
/// <para>A density holds its counts and running sums, not the samples and nothing that follows from the sums. Numbers round-trip exactly: a
/// map that was read, appended to and written gives the bytes of one that never left memory. The hash is the SHA-256 of the same object
/// without <c>hash</c>, without white space, in this order.</para>
/// </remarks>
public static class CalibrationFile
{
    /// <summary>The value of <c>format</c>.</summary>
    public const string Format = "stream-calibration-map";

    /// <summary>The value of <c>version</c>.</summary>
    public const int Version = 2;

    /// <summary>Writes a map; the same map and provenance give the same bytes.</summary>
    /// <returns>The document's hash.</returns>
    public static string Write(Stream destination, CalibrationMap map, CalibrationProvenance provenance)
    {
        var body = Body(map, provenance);
        var hash = HashOf(body);
        destination.Write(body[..^1]);
        destination.Write(Encoding.UTF8.GetBytes($",\"hash\":\"{hash}\"}}\n"));
        return hash;
    }

    /// <summary>The hash that <see cref="Write"/> would write.</summary>
    public static string Hash(CalibrationMap map, CalibrationProvenance provenance) => HashOf(Body(map, provenance));

    /// <summary>Reads a map.</summary>
    /// <param name="source">Positioned at the document, which is read to its end.</param>
    /// <param name="name">What errors call the document: its path.</param>
    /// <exception cref="DataException">Not such a document, of another version, malformed, or not the one that was written.</exception>
    public static CalibrationDocument Read(Stream source, string name = "calibration map") =>
        ExactJsonReader.Read(ExactJsonReader.Bytes(source), name, Read);

    static CalibrationDocument Read(ExactJsonReader root)
    {
        var (map, provenance, stated) = CalibrationReader.Read(root);
        var hash = Hash(map, provenance);
        return hash == stated
            ? new(map, provenance, hash)
            : throw root.Malformed("hash", $"is {stated}, but the content has {hash}: the document was changed after it was written");
    }

    static ReadOnlySpan<byte> Body(CalibrationMap map, CalibrationProvenance provenance)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) CalibrationWriter.Write(writer, map, provenance);
        return buffer.WrittenSpan;
    }

    static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
