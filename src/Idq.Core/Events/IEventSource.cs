namespace Idq;

/// <summary>Where trigger data comes from: simulated, files, tables, or a message log.</summary>
public interface IEventSource : IDisposable
{
    /// <summary>The channels that the source has; fixed for its life.</summary>
    ChannelDictionary Channels { get; }

    /// <summary>The feature columns of every event, without the time; fixed for its life.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// The events with span.Start ≤ time &lt; span.End. What the source does not have (yet) is missing from
    /// <see cref="EventTable.Delivered"/>; that is an outcome, not an error.
    /// </summary>
    /// <remarks>The same span gives the same events however a longer span is cut into calls, and in any order of calls.</remarks>
    /// <exception cref="DataException">The data is there and cannot be read; <see cref="DataException.IsTransient"/> says whether a retry can help.</exception>
    ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken);
}
