namespace Idq.Tracking;

/// <summary>A checked message on its way from a socket to the log.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Bytes">A buffer that starts with it.</param>
/// <param name="ReceivedUs">When it came.</param>
/// <param name="Sender">Where it came from, and where its acknowledgement goes.</param>
/// <param name="Done">Told when the message is written or refused, and its buffer free.</param>
readonly record struct IncomingMessage(MessageHead Head, byte[] Bytes, long ReceivedUs, IMessageSender Sender, Action? Done)
{
    /// <summary>Whether it is refused for good: only its head was kept, to tell its client.</summary>
    public bool IsRefused { get; init; }

    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Head.MessageLength);
}

/// <summary>Who sent a message.</summary>
interface IMessageSender
{
    /// <summary>Its address for people; empty for a socket of the Unix domain without a name.</summary>
    string Address { get; }

    /// <summary>Sends an acknowledgement; never waits, and never fails: who does not get it asks again.</summary>
    void Answer(ReadOnlyMemory<byte> answer);
}
