namespace Idq.Data;

/// <summary>
/// Triggers of the KleineWelle program: text files with the columns
/// <c>tstart tstop tcent fcent uenergy nenergy npix significance</c>, and a ninth, the channel, when there are several in a file.
/// </summary>
/// <remarks>
/// The time of an event is tcent. In a file of eight columns the channel is the name of the file, without its extension and without the
/// span of LIGO-T050017. snr is √(nenergy − npix), zero where that is negative; duration is tstop − tstart in seconds.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class KleineWelleSource : IEventSource
{
    readonly KleineWelleFile reader;
    readonly EventFileSet files;

    /// <summary>Opens the files.</summary>
    /// <exception cref="DataException">A file is missing or malformed.</exception>
    public KleineWelleSource(KleineWelleOptions options)
    {
        reader = new(options.SkipBadLines);
        files = new(
            new FileSelection(options.Paths, ".trg", ".trg.gz"),
            reader.Read,
            options.Channels,
            KleineWelleFile.Columns,
            options.Span
        );
    }

    /// <inheritdoc/>
    public ChannelDictionary Channels => files.Channels;

    /// <summary>frequency, unnormalized_energy, normalized_energy, npix, significance, duration, snr.</summary>
    public IReadOnlyList<string> Columns => files.Columns;

    /// <summary>Malformed lines that were skipped so far; a file that is read again counts again.</summary>
    public long SkippedLines => reader.SkippedLines;

    /// <inheritdoc/>
    public ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(files.Read(span, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
