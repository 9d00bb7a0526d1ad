using System.Collections.ObjectModel;

namespace Idq;

/// <summary>Where trigger data comes from: simulated, files, tables, or a message log.</summary>
public interface IEventSource : IDisposable
{
    /// <summary>The channels that the source has by now. It may gain channels and never loses one.</summary>
    ChannelDictionary Channels { get; }

    /// <summary>The feature columns of every event, without the time; fixed for its life.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>
    /// What was found wrong when the source was opened, and yet keeps nothing from being read: files that are torn, for example.
    /// </summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Why something that the data calls a column is none of <see cref="Columns"/>; null when there is no such thing.</summary>
    string? WhyMissing(string column) => null;

    /// <summary>
    /// What the source has met so far that is worth a metric, by name: messages, what was unreadable or late. They only grow.
    /// </summary>
    IReadOnlyDictionary<string, long> Counters => ReadOnlyDictionary<string, long>.Empty;

    /// <summary>
    /// The events with span.Start ≤ time &lt; span.End, joined in columns. What the source does not have (yet) is missing from
    /// <see cref="EventTable.Delivery"/>; that is an outcome, not an error.
    /// </summary>
    /// <remarks>The same span gives the same events however a longer span is cut into calls, and in any order of calls.</remarks>
    /// <exception cref="DataException">The data is there and cannot be read; <see cref="DataException.IsTransient"/> says whether a retry
    /// can help.</exception>
    ValueTask<EventTable> ReadAsync(Segment span, CancellationToken cancellationToken);

    /// <summary>
    /// Where reading must begin again, after a restart, to give every event at or after an instant. A text that only the source
    /// understands (offsets of a message log); null for a source that gives any span at any time.
    /// </summary>
    string? Position(GpsTime time) => null;

    /// <summary>
    /// Goes back, before the first read, to the earliest of positions that were stored with the work of earlier processes.
    /// </summary>
    /// <exception cref="DataException">A position is not of this source, or what follows it is gone.</exception>
    ValueTask ResumeAsync(IReadOnlyList<string> positions, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
