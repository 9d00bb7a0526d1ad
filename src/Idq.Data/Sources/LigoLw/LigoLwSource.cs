namespace Idq.Data;

/// <summary>Triggers in <c>sngl_burst</c> tables of LIGO_LW documents, plain or gzip, of old and new style.</summary>
/// <remarks>
/// The time of an event is peak_time + peak_time_ns, exact. The channel is the channel column as it is when it names an interferometer
/// ("H1:LSC-DARM_ERR"), otherwise "ifo:channel". Every numeric column that is neither a time nor an id is a feature; NULL is
/// NaN. <c>frequency</c> is peak_frequency where the document has it, otherwise central_freq.
/// </remarks>
/// <threadsafety>Safe for concurrent reads.</threadsafety>
public sealed class LigoLwSource : EventFileSource
{
    /// <summary>Opens the documents.</summary>
    /// <exception cref="DataException">A document is missing or malformed, or has no such table.</exception>
    public LigoLwSource(LigoLwOptions options)
        : base(new(new FileSelection(options.Paths, ".xml", ".xml.gz"), path => LigoLwEvents.Read(path, options.Table), options.Channels,
            options.Columns, options.Span))
    {
    }
}
