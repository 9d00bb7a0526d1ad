namespace Idq.Tracking;

/// <summary>A checked message on its way from a socket to the log.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Bytes">A buffer that starts with it.</param>
/// <param name="ReceivedUs">When it came.</param>
/// <param name="Answer">Sends an acknowledgement to where it came from; never waits.</param>
/// <param name="Done">Told when the message is written or refused, and its buffer free.</param>
readonly record struct IncomingMessage(MessageHead Head, byte[] Bytes, long ReceivedUs, Action<ReadOnlyMemory<byte>> Answer, Action? Done)
{
    public ReadOnlySpan<byte> Span => Bytes.AsSpan(0, Head.MessageLength);
}
