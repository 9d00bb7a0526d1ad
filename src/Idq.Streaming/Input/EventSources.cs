using Idq.Data;

namespace Idq.Streaming;

/// <summary>Opens the source of triggers that a configuration names.</summary>
public static class EventSources
{
    /// <summary>The source.</summary>
    /// <param name="options">What to open.</param>
    /// <param name="seed">Key of a simulation.</param>
    /// <param name="now">In live use: a simulation delivers nothing later.</param>
    /// <exception cref="DataException">The data cannot be read.</exception>
    public static IEventSource Open(DiscoveryOptions options, ulong seed, Func<GpsTime>? now)
    {
        IEventSource source = options.Flavor switch
        {
            SourceFlavor.Mock => new MockSource(new MockOptions(options.Config!, seed, now)),
            SourceFlavor.KleineWelle => new KleineWelleSource(new KleineWelleOptions(options.Files) { Span = options.Span }),
            SourceFlavor.LigoLw => new LigoLwSource(new LigoLwOptions(options.Files)
            {
                Span = options.Span,
                Columns = options.Columns.Count == 0 ? null : options.Columns,
            }),
            _ => throw new InvalidOperationException($"no source is known for {options.Flavor}"),
        };
        return options.Bounds.Count == 0 ? source : new BoundedSource(source, options.Bounds);
    }
}
