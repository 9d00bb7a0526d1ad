using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>Delivers messages of the outbox. A writer that puts messages into its output is also the sender of them.</summary>
public interface IMessageSender
{
    /// <summary>Messages to this destination are its own. Of several senders with the same destination the first one sends.</summary>
    string Destination { get; }

    /// <summary>Delivers messages in their order; when it returns, all of them are with their destination.</summary>
    /// <exception cref="DataException">
    /// The destination does not take them; <see cref="DataException.IsTransient"/> says whether a retry can help. They are sent again.
    /// </exception>
    Task SendAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken);
}
