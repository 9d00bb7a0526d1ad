using System.Net;
using System.Net.Sockets;

namespace Idq.Tracking;

/// <summary>
/// Sends what the outbox says, on a thread of its own that sleeps while there is nothing:
/// datagrams, and what does not fit one over the stream.
/// </summary>
sealed class DatagramSender
{
    readonly Outbox outbox;
    readonly Socket socket;
    readonly SocketAddress target;
    readonly StreamLane lane;
    readonly ulong client;
    readonly byte[] key;
    readonly byte[] buffer;
    readonly Thread thread;

    public DatagramSender(Outbox outbox, Socket socket, EndPoint target, StreamLane lane, ulong client, byte[] key, int datagramLimit)
    {
        (this.outbox, this.socket, this.target, this.lane, this.client, this.key) = (outbox, socket, target.Serialize(), lane, client, key);
        buffer = new byte[datagramLimit];
        thread = new Thread(SendAll) { IsBackground = true, Name = "datastream send" };
    }

    public void Start() => thread.Start();

    /// <summary>Waits for its end, which the outbox brings about.</summary>
    public void Join() => thread.Join();

    void SendAll()
    {
        while (outbox.Next() is var (message, payload, first))
        {
            var head = new MessageHead(
                MessageKind.Records,
                message.IsCompressed,
                false,
                client,
                message.Number,
                first,
                (uint)message.Records,
                0
            );
            var to = message.NeedsStream ? new byte[payload.Length + Message.Overhead(key.Length > 0)] : buffer;
            var length = Message.Write(to, head, payload, key);
            if (message.NeedsStream) lane.Send(message, to);
            else Send(message, length);
        }
    }

    void Send(OutgoingMessage message, int length)
    {
        try
        {
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, target);
        }
        catch (SocketException e)
        {
            outbox.PutBack(message, e.SocketErrorCode, pause: true);
        }
    }
}
