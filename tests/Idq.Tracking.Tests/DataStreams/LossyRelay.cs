using System.Net;
using System.Net.Sockets;

namespace Idq.Tracking.Tests;

/// <summary>A bad network between a client and a server: drops, repeats and swaps datagrams in both directions.</summary>
public sealed class LossyRelay : IAsyncDisposable
{
    readonly Socket front = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly Socket back = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly CancellationTokenSource ending = new();
    readonly Task[] pumps;
    EndPoint? client;
    long dropped, repeated, swapped, damaged;

    public LossyRelay(string server, int seed)
    {
        front.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        front.ReceiveBufferSize = 1 << 22;
        back.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        pumps = [PumpAsync(front, IPEndPoint.Parse(server), new Random(seed)), PumpAsync(back, null, new Random(seed + 1))];
    }

    public string Address => front.LocalEndPoint!.ToString()!;

    public (long Dropped, long Repeated, long Swapped, long Damaged) Mischief => (dropped, repeated, swapped, damaged);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(pumps);
        front.Dispose();
        back.Dispose();
        ending.Dispose();
    }

    // To the server when it is known where it is; what comes from the server goes to the client.
    async Task PumpAsync(Socket from, EndPoint? server, Random random)
    {
        var buffer = new byte[65536];
        (byte[] Bytes, EndPoint To)? held = null;
        var to = server is null ? front : back;
        try
        {
            while (true)
            {
                var got = await from.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), ending.Token);
                if (server is not null) client = got.RemoteEndPoint;
                var target = server ?? client!;
                var bytes = buffer.AsSpan(0, got.ReceivedBytes).ToArray();
                var dice = random.Next(100);
                if (dice < 10)
                {
                    Interlocked.Increment(ref dropped);
                    continue;
                }

                if (dice < 12)
                {
                    bytes[random.Next(bytes.Length)] ^= 0x10;
                    Interlocked.Increment(ref damaged);
                }

                await to.SendToAsync(bytes, SocketFlags.None, target, ending.Token);
                if (dice < 25)
                {
                    Interlocked.Increment(ref repeated);
                    await to.SendToAsync(bytes, SocketFlags.None, target, ending.Token);
                }

                if (held is { } late)
                {
                    await to.SendToAsync(late.Bytes, SocketFlags.None, late.To, ending.Token);
                    held = null;
                }
                else if (dice > 85)
                {
                    Interlocked.Increment(ref swapped);
                    held = (bytes, target);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }
}
