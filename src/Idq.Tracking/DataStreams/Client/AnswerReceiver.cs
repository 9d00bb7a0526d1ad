using System.Net;
using System.Net.Sockets;

namespace Idq.Tracking;

/// <summary>Takes a server's acknowledgements, on a thread of its own that sleeps while none come.</summary>
sealed class AnswerReceiver
{
    readonly Outbox outbox;
    readonly Socket socket;
    readonly ulong client;
    readonly byte[] key;
    readonly Thread thread;
    volatile bool isEnded;

    public AnswerReceiver(Outbox outbox, Socket socket, ulong client, byte[] key)
    {
        (this.outbox, this.socket, this.client, this.key) = (outbox, socket, client, key);
        thread = new Thread(ReceiveAll) { IsBackground = true, Name = "datastream answers" };
    }

    public void Start() => thread.Start();

    /// <summary>An answer, wherever it came from.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        var failure = Message.Read(bytes, Acknowledgement.MaxBytes, key, out var head);
        outbox.Acknowledge(failure == MessageFailure.None && head.Client == client ? Acknowledgement.Read(bytes, head) : null);
    }

    /// <summary>Ends it, and waits for that.</summary>
    public void Stop()
    {
        isEnded = true;
        Wake();
        thread.Join();
    }

    void ReceiveAll()
    {
        var buffer = new byte[Acknowledgement.MaxBytes];
        while (!isEnded)
        {
            try
            {
                var length = socket.Receive(buffer);
                if (!isEnded) Take(buffer.AsSpan(0, length));
            }
            catch (SocketException e)
            {
                outbox.CountError();
                if (e.SocketErrorCode is SocketError.Interrupted or SocketError.OperationAborted) return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    // Only a datagram to its own address reliably ends a blocking receive.
    void Wake()
    {
        try
        {
            var own = socket.LocalEndPoint!;
            if (own is IPEndPoint ip)
                own = new IPEndPoint(
                    ip.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback,
                    ip.Port
                );
            using var waker = StreamAddress.Datagrams(own);
            waker.SendTo([0], own);
        }
        catch (SocketException)
        {
            // The send failed because the socket's queue is full, so the receiver is not blocked.
            outbox.CountError();
        }
    }
}
