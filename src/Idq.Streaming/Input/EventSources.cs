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
            _ => OpenTable(options),
        };
        return options.Bounds.Count == 0 ? source : new BoundedSource(source, options.Bounds);
    }

    static TableSource OpenTable(DiscoveryOptions options) =>
        new(
            new TableOptions
            {
                Paths = options.Query is null ? options.Files : [],
                Query = options.Query,
                Folder = options.Folder,
                TimeColumn = options.Time,
                TimeUnit = options.TimeUnit,
                ChannelColumn = options.Channel.StartsWith('=') ? "" : options.Channel,
                Channel = options.Channel.StartsWith('=') ? options.Channel[1..] : null,
                Columns =
                    options.Columns.Count == 0
                        ? null
                        : options.Columns.Where(c => c != options.Time).Select(c => new TableColumn(c)).ToArray(),
                Span = options.Span,
            }
        );
}
