using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker listen as a process, with messages made from the documented layout and nothing of the library.</summary>
public sealed class TrackerListenTests
{
    const string Run = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Theory]
    [InlineData("UNIX", "TERM", 0)]
    [InlineData("INET", "TERM", 0)]
    [InlineData("UNIX", "INT", 130)]
    public async Task Stopping_right_after_the_last_send_keeps_everything(string kind, string signal, int exitCode)
    {
        using var store = await FilledAsync();
        var address = kind == "UNIX" ? store.Folder.File("s.sock") : "127.0.0.1:0";
        using var service = await Service.StartAsync(store.Arguments("listen", "--kind", kind, "--address", address));
        using var socket = Connect(kind, service.Address);
        // As many as the socket takes in any case; nobody waits for an answer.
        const int messages = 300;
        for (ulong number = 1; number <= messages; number++) socket.Send(Message(number, (long)number - 1));
        Assert.Equal(exitCode, await service.EndAsync(signal));
        var rows = (
            await store.JsonAsync(
                "sql",
                "SELECT count(*) AS n, max(idx) AS last FROM sequence_rows q JOIN sequences s ON s.id = q.sequence_id "
                + "WHERE s.name = 'by hand'"
            )
        )[0];
        Assert.Equal((messages, messages - 1), (rows.GetProperty("n").GetInt32(), rows.GetProperty("last").GetInt32()));
    }

    [Fact]
    public async Task Metrics_are_answered_and_what_is_refused_can_be_listed()
    {
        using var store = await FilledAsync();
        var refused = store.Folder.File("refused");
        using var service = await Service.StartAsync(
            store.Arguments("listen", "--address", store.Folder.File("s.sock"), "--metrics", "0", "--quarantine", refused)
        );
        var metrics = Assert.Single(service.Said, line => line.StartsWith("metrics on ", StringComparison.Ordinal))["metrics on ".Length..];
        Assert.StartsWith("http://127.0.0.1:", metrics, StringComparison.Ordinal);
        using var socket = Connect("UNIX", service.Address);
        var damaged = Message(2, 1);
        damaged[50] ^= 1;
        socket.Send(damaged);
        socket.Send(Message(1, 0));
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (
            !(
                await http.GetStringAsync(metrics, limit.Token) is var text
                && text.Contains("\ndatastream_persisted_rows_total 1\n", StringComparison.Ordinal)
                && text.Contains("\ndatastream_quarantined_messages_total 1\n", StringComparison.Ordinal)
            )
        )
            await Task.Delay(20, limit.Token);
        Assert.Contains(
            "datastream_refused_messages_total{reason=\"checksum\"} 1\n",
            await http.GetStringAsync(metrics, limit.Token),
            StringComparison.Ordinal
        );
        Assert.Equal("OK", await http.GetStringAsync(new Uri(new Uri(metrics), "/health"), limit.Token));
        // The listener is still there.
        var listed = (await StreamProgram.RunAsync("tracker", "quarantine", refused, "--bytes", "100", "--output", "json")).Done.Json[0];
        Assert.Equal(
            ("checksum", damaged.Length, Convert.ToHexStringLower(damaged)),
            (listed.GetProperty("reason").GetString(), listed.GetProperty("length").GetInt32(), listed.GetProperty("bytes").GetString())
        );
        Assert.Empty(
            (
                await StreamProgram.RunAsync("tracker", "quarantine", refused, "--reason", "version", "--output", "json")
            ).Done.Json.EnumerateArray()
        );
        Assert.Equal(0, await service.EndAsync("TERM"));
    }

    [Fact]
    public async Task Options_are_listed_as_they_would_be_in_force()
    {
        using var store = new TestStore();
        var options = (
            await store.JsonAsync("listen", "--kind", "INET", "--address", "127.0.0.1:9", "--option", "srv_queue=7", "--list-options")
        )
            .EnumerateArray()
            .ToDictionary(o => o.GetProperty("option").GetString()!, o => o.GetProperty("value").GetString());
        Assert.Equal(
            ("INET", "127.0.0.1:9", "7", "drop-oldest"),
            (
                options["datastream.kind"],
                options["datastream.srv_address"],
                options["datastream.srv_queue"],
                options["datastream.cli_overflow"]
            )
        );
    }

    [PythonFact]
    public async Task The_documented_sender_in_python_reaches_the_store()
    {
        using var store = await FilledAsync();
        var page = await File.ReadAllTextAsync(PythonFactAttribute.Page);
        var start = page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        var script = store.Folder.Write("sender.py", page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        using var service = await Service.StartAsync(store.Arguments("listen", "--kind", "INET", "--address", "127.0.0.1:0"));
        var at = IPEndPoint.Parse(service.Address);
        using var python = Process.Start(
            new ProcessStartInfo(PythonFactAttribute.Interpreter, [script, at.Address.ToString(), at.Port.ToString(), Run])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = python.StandardError.ReadToEndAsync();
        Assert.Equal("100 records sent, 0 refused\n", await python.StandardOutput.ReadToEndAsync());
        Assert.Equal("", await error);
        Assert.Equal(0, await service.EndAsync("TERM"));
        var rows = await store.JsonAsync(
            "sql",
            "SELECT q.idx, q.value_json FROM sequence_rows q JOIN sequences s ON s.id = q.sequence_id "
            + "WHERE s.name = 'from python' ORDER BY q.idx"
        );
        Assert.Equal(Enumerable.Range(0, 100), rows.EnumerateArray().Select(r => r.GetProperty("idx").GetInt32()));
        Assert.Contains("\"warm\"", rows[19].GetProperty("value_json").ToString(), StringComparison.Ordinal);
        Assert.Contains("0.01", rows[99].GetProperty("value_json").ToString(), StringComparison.Ordinal);
    }

    static async Task<TestStore> FilledAsync()
    {
        var store = new TestStore();
        Assert.Equal(2, (await store.JsonAsync("import", store.Sample()))[0].GetProperty("runs_added").GetInt32());
        return store;
    }

    static Socket Connect(string kind, string address)
    {
        var socket =
            kind == "UNIX"
                ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
                : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(kind == "UNIX" ? new UnixDomainSocketEndPoint(address) : IPEndPoint.Parse(address));
        return socket;
    }

    // One record: sequence "by hand", column "loss", 0.5.
    static byte[] Message(ulong number, long idx)
    {
        List<byte> payload =
        [
            1,
            .. Convert.FromHexString(Run),
            7,
            .. "by hand"u8,
            1,
            4,
            .. "loss"u8,
            2,
            .. Unsigned(2 * ((ulong)idx + 1)),
            0,
            3,
            .. BitConverter.GetBytes(0.5),
        ];
        List<byte> message =
        [
            0x89,
            0x53,
            0x47,
            0x4d,
            1,
            1,
            0,
            0,
            .. BitConverter.GetBytes(42UL),
            .. BitConverter.GetBytes(number),
            .. BitConverter.GetBytes(1UL),
            .. BitConverter.GetBytes(1),
            .. BitConverter.GetBytes(payload.Count),
            .. payload,
        ];
        var crc = uint.MaxValue;
        foreach (var b in message) crc = BitOperations.Crc32C(crc, b);
        return [.. message, .. BitConverter.GetBytes(~crc)];
    }

    static IEnumerable<byte> Unsigned(ulong n)
    {
        for (; n >= 0x80; n >>= 7) yield return (byte)(n | 0x80);
        yield return (byte)n;
    }
}

/// <summary>A test of the sender in the documentation; skipped without Python, but not in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PythonFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public PythonFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") return;
        if (!File.Exists(Interpreter)) Skip = "Python 3 is not on this machine";
        else if (!File.Exists(Page)) Skip = "the documentation is not beside the tests";
    }

    public static string Page { get; } = Repository.Path("docs", "data-streams.md");
}
