namespace Idq.Data;

/// <summary>Writes events as KleineWelle text, which <see cref="KleineWelleSource"/> reads back as the same events.</summary>
public static class KleineWelleWriter
{
    /// <summary>
    /// Writes one file of several channels when the path ends in ".trg" or ".trg.gz", otherwise a folder with one file a channel. Times
    /// have nine decimals.
    /// </summary>
    /// <remarks>
    /// Columns of the format that the table lacks are filled so that snr = √(nenergy − npix) is read back exactly: nenergy is snr²,
    /// npix 0, significance snr²/2 (the logarithm of the chance of that energy in Gaussian noise), uenergy and duration 0. A table that
    /// has only times is written with zeros. The format cannot say which time was delivered; the name of the file can.
    /// </remarks>
    /// <returns>The files written.</returns>
    /// <exception cref="DataException">A file cannot be written, or the format or the file system forbids a channel's name.</exception>
    public static IReadOnlyList<string> Write(EventTable table, string path, CancellationToken cancellationToken = default)
    {
        var columns = new Columns(table);
        if (path.EndsWith(".trg", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".trg.gz", StringComparison.OrdinalIgnoreCase))
        {
            if (table.Channels.Names.FirstOrDefault(n => n.Length == 0 || n.Any(char.IsWhiteSpace)) is { } bad)
                throw new DataException($"the channel '{bad}' cannot be written to '{path}': "
                    + "white space separates the columns of the format");
            EventText.Write(path, writer =>
            {
                foreach (var (row, channel) in EventText.InOrder(table))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    columns.Write(writer, row, table.Channels[channel]);
                }
            });
            return [path];
        }

        Directory.CreateDirectory(path);
        var files = new List<string>();
        for (var channel = 0; channel < table.Channels.Count; channel++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = table.Channels[channel];
            if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\0'))
                throw new DataException(
                    $"the channel '{name}' cannot be the name of a file; write one file of several channels (a path that ends in .trg)");
            files.Add(Path.Combine(path, name + ".trg"));
            var (first, end) = (table.Offsets[channel], table.Offsets[channel + 1]);
            EventText.Write(files[^1], writer =>
            {
                for (var row = first; row < end; row++) columns.Write(writer, row, null);
            });
        }
        return files;
    }

    sealed class Columns(EventTable table)
    {
        readonly int frequency = table.FindColumn("frequency"), unnormalized = table.FindColumn("unnormalized_energy"),
            normalized = table.FindColumn("normalized_energy"), npix = table.FindColumn("npix"),
            significance = table.FindColumn("significance"), duration = table.FindColumn("duration"), snr = table.FindColumn("snr");

        public void Write(StreamWriter writer, int row, string? channel)
        {
            var time = table.Times[row];
            var length = (long)Math.Round(Value(duration, row, 0) * 1e9);
            var start = time - length / 2;
            var loudness = Value(snr, row, 0);
            var pixels = Value(npix, row, 0);
            var energy = normalized >= 0 ? Value(normalized, row, 0) : loudness * loudness + pixels;
            var times = $"{Seconds(start)} {Seconds(start + length)} {Seconds(time)}";
            var (f, u, s) = (Value(frequency, row, 0), Value(unnormalized, row, 0), Value(significance, row, loudness * loudness / 2));
            writer.Write($"{times} {f:R} {u:R} {energy:R} {pixels:R} {s:R}");
            if (channel is not null) writer.Write(" " + channel);
            writer.Write('\n');
        }

        double Value(int column, int row, double missing) => column < 0 ? missing : table.Column(column)[row];

        static string Seconds(long nanoseconds)
        {
            var (whole, rest) = Math.DivRem(Math.Abs(nanoseconds), GpsTime.NanosecondsPerSecond);
            return $"{(nanoseconds < 0 ? "-" : "")}{whole}.{rest:D9}";
        }
    }
}
