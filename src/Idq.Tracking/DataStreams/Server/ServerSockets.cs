using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Idq.Tracking;

/// <summary>The two sockets of a server: datagrams, and the stream beside them.</summary>
static partial class ServerSockets
{
    const int Attempts = 16;

    /// <exception cref="DataStreamException">The address is taken, or may not be used.</exception>
    public static (Socket Datagrams, Socket? Stream) Bind(EndPoint endPoint, string address, bool withStream, ILogger logger)
    {
        if (endPoint is UnixDomainSocketEndPoint)
        {
            RemoveStale(address, SocketType.Dgram, address, logger);
            if (withStream) RemoveStale(address + ".stream", SocketType.Stream, address, logger);
        }

        for (var attempt = 1; ; attempt++)
        {
            Socket? datagrams = null, stream = null;
            try
            {
                datagrams = StreamAddress.Datagrams(endPoint);
                datagrams.Bind(endPoint);
                if (!withStream) return (datagrams, null);
                stream = StreamAddress.Stream(endPoint);
                // Of port 0 the stream takes the port that the datagrams got.
                stream.Bind(StreamAddress.StreamBeside(endPoint is IPEndPoint ? datagrams.LocalEndPoint! : endPoint));
                stream.Listen(64);
                return (datagrams, stream);
            }
            catch (SocketException e)
            {
                stream?.Dispose();
                datagrams?.Dispose();
                // Somebody's stream may have the free port; there are others.
                if (endPoint is IPEndPoint { Port: 0 } && stream is not null && attempt < Attempts) continue;
                if (endPoint is UnixDomainSocketEndPoint && stream is not null) File.Delete(address);
                throw NotAvailable(address, e);
            }
        }
    }

    /// <summary>
    /// Closes a bound socket and leaves the file of its name, which may be another server's by now: disposing the socket would delete it.
    /// </summary>
    public static void CloseAndLeaveFile(Socket socket)
    {
        socket.SafeHandle.Dispose();
#pragma warning disable CA1816 // The finalizer would delete the file too.
        GC.SuppressFinalize(socket);
#pragma warning restore CA1816
    }

    static DataStreamException NotAvailable(string address, Exception? inner = null) => new(
        DataStreamFailure.AddressNotAvailable, $"Address '{address}' not available", inner);

    // A server that was killed leaves its socket behind: nobody answers there.
    static void RemoveStale(string path, SocketType type, string address, ILogger logger)
    {
        if (!File.Exists(path)) return;
        var endPoint = new UnixDomainSocketEndPoint(path);
        using var probe = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            LogRelinked(logger, path);
            return;
        }
        catch (SocketException e)
        {
            throw NotAvailable(address, e);
        }

        throw NotAvailable(address);
    }

    // Connecting to an ordinary file is refused just the same, and that is nobody's to delete. A socket is empty and cannot be opened.
    static bool IsSocket(string path)
    {
        if (new FileInfo(path).Length > 0) return false;
        try
        {
            using var file = File.OpenHandle(path);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    [LoggerMessage(5018, LogLevel.Warning, "Relinked stale '{Path}'")]
    static partial void LogRelinked(ILogger logger, string path);
}
