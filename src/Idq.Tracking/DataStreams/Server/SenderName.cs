using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Idq.Tracking;

/// <summary>Addresses of senders for people.</summary>
static class SenderName
{
    /// <summary>host:port, a path, or @ and a name of the abstract name space; empty for a socket without a name.</summary>
    public static string Of(SocketAddress address)
    {
        if (address.Family is AddressFamily.InterNetwork) return new IPEndPoint(0, 0).Create(address).ToString()!;
        if (address.Family is AddressFamily.InterNetworkV6) return new IPEndPoint(IPAddress.IPv6Any, 0).Create(address).ToString()!;
        var name = address.Buffer.Span[Math.Min(address.Size, sizeof(ushort))..address.Size];
        if (name.IsEmpty) return "";
        return name[0] == 0 ? "@" + Encoding.UTF8.GetString(name[1..]) : Encoding.UTF8.GetString(name.TrimEnd((byte)0));
    }
}
