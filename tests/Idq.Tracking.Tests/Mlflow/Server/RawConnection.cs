using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Idq.Tracking.Tests.Mlflow;

/// <summary>One kept connection on which requests go out byte for byte, and what comes back is read as HTTP says, nothing more.</summary>
public sealed class RawConnection : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TcpClient client = new();
    readonly Uri server;
    readonly List<byte> waiting = [];

    public RawConnection(Uri server)
    {
        this.server = server;
        client.Connect(server.Host, server.Port);
    }

    /// <summary>What a server answered.</summary>
    public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

        public JsonObject Good
        {
            get
            {
                Assert.True(Status == 200, $"{Status}: {Text}");
                Assert.Equal("application/json", Headers["content-type"]);
                return Json;
            }
        }

        public string Refused(int status, string code)
        {
            Assert.True(Status == status, $"{Status}: {Text}");
            Assert.Equal(code, Json["error_code"]!.GetValue<string>());
            return Json["message"]!.GetValue<string>();
        }
    }

    /// <summary>
    /// Sends the head as it stands, with line ends made as HTTP wants them and HOST and LENGTH filled in, and the body behind it.
    /// </summary>
    public async Task<Answer> Send(string head, string body = "") => await Send(head, Encoding.UTF8.GetBytes(body));

    public async Task<Answer> Send(string head, byte[] body)
    {
        await Write(Head(head, body.Length));
        await Write(body);
        return await Read(head.StartsWith("HEAD", StringComparison.Ordinal));
    }

    public byte[] Head(string head, int length) =>
        Encoding.UTF8.GetBytes(
            head.ReplaceLineEndings("\r\n")
                .Replace("HOST", server.Authority, StringComparison.Ordinal)
                .Replace("LENGTH", length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\r\n\r\n"
        );

    public async Task Write(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        await client.GetStream().WriteAsync(bytes, patience.Token);
    }

    /// <summary>The next answer.</summary>
    public async Task<Answer> Read(bool toHead = false)
    {
        var lines = Encoding.ASCII.GetString(await Until("\r\n\r\n"u8.ToArray())).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines
            .Skip(1)
            .GroupBy(line => line[..line.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant())
            .ToDictionary(
                group => group.Key,
                group => string.Join(", ", group.Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()))
            );
        int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        if (toHead || status is 204 or < 200)
            return new Answer(status, headers, []);
        if (headers.TryGetValue("content-length", out string? length))
            return new Answer(status, headers, await Take(int.Parse(length, CultureInfo.InvariantCulture)));
        Assert.Equal("chunked", headers["transfer-encoding"]);
        var body = new List<byte>();
        while (true)
        {
            var size = int.Parse(
                Encoding.ASCII.GetString(await Until("\r\n"u8.ToArray())).Trim(),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            body.AddRange((await Take(size + 2))[..size]);
            if (size == 0)
                return new Answer(status, headers, [.. body]);
        }
    }

    /// <summary>Reads until a text has come.</summary>
    public async Task ReadUntil(string text) => await Until(Encoding.UTF8.GetBytes(text));

    async Task<byte[]> Until(byte[] mark)
    {
        int at;
        while ((at = waiting.ToArray().AsSpan().IndexOf(mark)) < 0)
            await More();
        return await Take(at + mark.Length);
    }

    async Task<byte[]> Take(int count)
    {
        while (waiting.Count < count)
            await More();
        byte[] taken = [.. waiting[..count]];
        waiting.RemoveRange(0, count);
        return taken;
    }

    async Task More()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[1 << 16];
        var count = await client.GetStream().ReadAsync(buffer, patience.Token);
        if (count == 0)
            throw new EndOfStreamException($"the server closed the connection after: {Encoding.UTF8.GetString([.. waiting])}");
        waiting.AddRange(buffer[..count]);
    }

    public void Dispose() => client.Dispose();
}
