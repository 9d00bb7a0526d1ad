using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Idq.Tracking;

/// <summary>An address of a data stream: where datagrams go, and where the stream goes that takes what does not fit.</summary>
static class StreamAddress
{
    /// <summary>The end point of datagrams; names of hosts are resolved now.</summary>
    /// <exception cref="DataStreamException">It is not an address of its kind, or the host is not known.</exception>
    public static EndPoint Resolve(DataStreamKind kind, string address)
    {
        if (kind == DataStreamKind.Unix)
        {
            // The system's limit, with room for the suffix of the stream.
            if (System.Text.Encoding.UTF8.GetByteCount(address) > 100)
                throw Invalid($"address '{address}' is too long for a socket: 100 bytes are allowed, choose a shorter path");
            return new UnixDomainSocketEndPoint(address);
        }

        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw Invalid($"address '{address}' is not host:port");
        var host = address[..colon].Trim('[', ']');
        if (IPAddress.TryParse(host, out var ip)) return new IPEndPoint(ip, port);
        try
        {
            var found = Dns.GetHostAddresses(host);
            ip = Array.Find(found, one => one.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault();
            return ip is null ? throw Invalid($"the host of address '{address}' is not known") : new IPEndPoint(ip, port);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new DataStreamException(DataStreamFailure.InvalidOption, $"the host of address '{address}' is not known: {e.Message}", e);
        }
    }

    /// <summary>The end point of the stream beside an end point of datagrams.</summary>
    public static EndPoint StreamBeside(EndPoint datagrams) =>
        datagrams is UnixDomainSocketEndPoint ? new UnixDomainSocketEndPoint(datagrams + ".stream") : datagrams;

    public static Socket Datagrams(EndPoint at) =>
        new(at.AddressFamily, SocketType.Dgram, at.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Udp);

    public static Socket Stream(EndPoint at) =>
        new(at.AddressFamily, SocketType.Stream, at.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);

    static DataStreamException Invalid(string message) => new(DataStreamFailure.InvalidOption, message);
}
