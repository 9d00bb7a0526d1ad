namespace Idq.Streaming;

/// <summary>A way out of the outbox.</summary>
/// <param name="Sender">Delivers the messages of its destination.</param>
/// <param name="Limit">How many messages may wait for a destination that does not take them; the oldest beyond are given up.</param>
sealed record OutboxRoute(IMessageSender Sender, long Limit);
