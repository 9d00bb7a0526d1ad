using System.IO.Compression;

namespace Idq.Data;

/// <summary>What the writers of event files in text share.</summary>
static class EventText
{
    /// <summary>Rows of all channels by time; equal times in the order of the channels.</summary>
    public static IEnumerable<(int Row, int Channel)> InOrder(EventTable table)
    {
        var queue = new PriorityQueue<(int Row, int Channel), (long, int)>();
        var ends = table.Offsets[1..].ToArray();
        for (var c = 0; c < ends.Length; c++)
            if (table.Offsets[c] < ends[c]) queue.Enqueue((table.Offsets[c], c), (table.Times[table.Offsets[c]], c));
        while (queue.TryDequeue(out var next, out _))
        {
            yield return next;
            var row = next.Row + 1;
            if (row < ends[next.Channel]) queue.Enqueue((row, next.Channel), (table.Times[row], next.Channel));
        }
    }

    /// <summary>Writes a file, compressed when its name ends in ".gz". It gets its name when it is whole.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, Action<StreamWriter> write) => FileErrors.Guard($"write '{path}'", () =>
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path) ?? "", $".{Path.GetFileName(path)}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            using (var writer = new StreamWriter(
                path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal) : file))
                write(writer);
            File.Move(temporary, path, overwrite: true);
            return path;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    });
}
