namespace Idq.Data;

/// <summary>
/// Triggers of the KleineWelle program: text files with the columns
/// <c>tstart tstop tcent fcent uenergy nenergy npix significance</c>, and a ninth, the channel, when there are several in a file.
/// </summary>
/// <remarks>
/// The time of an event is tcent. In a file of eight columns the channel is the name of the file, without its extension and without the
/// span of LIGO-T050017. snr is √(nenergy − npix), zero where that is negative; duration is tstop − tstart in
/// seconds, infinite when one of them is. The columns are frequency, unnormalized_energy, normalized_energy, npix, significance,
/// duration, snr.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class KleineWelleSource : EventFileSource
{
    /// <summary>Opens the files.</summary>
    /// <exception cref="DataException">A file is missing or malformed.</exception>
    public KleineWelleSource(KleineWelleOptions options)
        : base(new(new FileSelection(options.Paths, ".trg", ".trg.gz"), path => KleineWelleFile.Read(path, options.IsLive),
            options.Channels, KleineWelleFile.Columns, options.Span))
    {
    }
}
