using Idq.Data;

namespace Idq.Streaming;

/// <summary>Opens the source of triggers that a configuration names.</summary>
public static class EventSources
{
    /// <summary>The source.</summary>
    /// <param name="options">What to open.</param>
    /// <param name="seed">Key of a simulation.</param>
    /// <param name="now">In live use: a simulation delivers nothing later.</param>
    /// <param name="warn">Is told of what the source passes over while it is read.</param>
    /// <exception cref="DataException">The data cannot be read.</exception>
    public static IEventSource Open(DiscoveryOptions options, ulong seed, Func<GpsTime>? now, Action<string>? warn = null)
    {
        var source = options.Source.Open(new SourceContext(seed, now, warn));
        return options.Bounds.Count == 0 ? source : new BoundedSource(source, options.Bounds);
    }
}
