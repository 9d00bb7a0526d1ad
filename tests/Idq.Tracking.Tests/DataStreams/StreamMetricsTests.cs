using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Idq.Tracking.Tests;

public sealed partial class StreamMetricsTests : StreamFixture
{
    [Fact]
    public async Task A_scrape_tells_what_the_server_has_counted()
    {
        var store = new InMemorySequenceStore([Run]);
        await using var server = await ServeAsync(Unix with { SrvQuarantine = InFolder("refused") }, store);
        await using var endpoint = await StreamMetricsEndpoint.StartAsync("127.0.0.1:0", () => server.Statistics);
        await using (var client = Connect(Unix))
        {
            for (var i = 0; i < 100; i++) client.Append(Run, "loss", i, i, Row(i));
            client.Append(Run, "large", 0, 0, RecordValues.Of(("value", new byte[50_000])));
            client.Append(Guid.NewGuid(), "loss", 0, 0, Row(0));
            await client.FlushAsync(Patience);
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(InFolder("s")));
        socket.Send("nonsense"u8);
        socket.Send(Datagrams.One(Run, 3));
        socket.Send(Datagrams.One(Run, 3));
        await server.PersistedAsync(102).WaitAsync(Patience);
        await UntilAsync(() => server.Statistics is { Quarantined: 2, DuplicateMessages: 1 });
        using var http = new HttpClient { BaseAddress = endpoint.Address };
        using var response = await http.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var numbers = Parse(await response.Content.ReadAsStringAsync());
        var statistics = server.Statistics;
        Assert.Equal(102, numbers["datastream_records_total"]);
        Assert.Equal(102, numbers["datastream_persisted_rows_total"] + numbers["datastream_duplicate_rows_total"]);
        Assert.Equal(1, numbers["datastream_duplicate_messages_total"]);
        Assert.Equal(1, numbers["datastream_unknown_run_records_total"]);
        Assert.Equal(1, numbers["datastream_refused_messages_total{reason=\"not-a-message\"}"]);
        Assert.Equal(0, numbers["datastream_refused_messages_total{reason=\"checksum\"}"]);
        // Number 3 came, 1 and 2 did not.
        Assert.Equal(2, numbers["datastream_missing_messages"]);
        Assert.Equal(1, numbers["datastream_messages_total{transport=\"stream\"}"]);
        Assert.Equal(statistics.Messages - 1, numbers["datastream_messages_total{transport=\"datagram\"}"]);
        Assert.Equal(statistics.Bytes, numbers["datastream_received_bytes_total"]);
        Assert.True(numbers["datastream_received_bytes_total"] > 50_000);
        Assert.Equal(0, numbers["datastream_queued_messages"]);
        Assert.Equal(2, numbers["datastream_quarantined_messages_total"]);
        Assert.Equal(statistics.LogBytes, numbers["datastream_log_bytes"]);
    }

    [Fact]
    public async Task It_answers_that_it_is_well_and_nothing_else()
    {
        await using var endpoint = await StreamMetricsEndpoint.StartAsync(
            "0",
            () => new DataStreamServerStatistics { Refused = new Dictionary<MessageFailure, long>() }
        );
        Assert.Equal("127.0.0.1", endpoint.Address.Host);
        using var http = new HttpClient { BaseAddress = endpoint.Address };
        Assert.Equal("OK", await http.GetStringAsync("/health"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/metrics/../../etc/passwd")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.DeleteAsync("/metrics")).StatusCode);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task An_address_that_cannot_be_had_is_named()
    {
        foreach (var address in (string[])["nowhere", "host:9", "127.0.0.1:99999", ""])
            Assert.Equal(
                DataStreamFailure.InvalidOption,
                (await Assert.ThrowsAsync<DataStreamException>(() => StreamMetricsEndpoint.StartAsync(address, () => null!))).Failure
            );
        await using var first = await StreamMetricsEndpoint.StartAsync("127.0.0.1:0", () => null!);
        var e = await Assert.ThrowsAsync<DataStreamException>(() =>
            StreamMetricsEndpoint.StartAsync($"127.0.0.1:{first.Address.Port}", () => null!)
        );
        Assert.Equal(DataStreamFailure.AddressNotAvailable, e.Failure);
    }

    [Fact]
    public void Help_and_labels_are_escaped()
    {
        var text = new PrometheusText("x_")
            .Head("a", "gauge", "one\\two\nthree")
            .Line("a", double.PositiveInfinity, ("l", "q\"\\\n"), ("m", ""))
            .Line("a", 0.1)
            .ToString();
        Assert.Equal("# HELP x_a one\\\\two\\nthree\n# TYPE x_a gauge\nx_a{l=\"q\\\"\\\\\\n\",m=\"\"} +Inf\nx_a 0.1\n", text);
    }

    // Every line as the format wants it, every name with its help and type before it.
    static Dictionary<string, double> Parse(string text)
    {
        var numbers = new Dictionary<string, double>();
        string? named = null, typed = null;
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var words = line.Split(' ');
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) named = words[2];
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Equal(named, typed = words[2]);
                Assert.Equal(typed.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge", words[3]);
            }
            else
            {
                var match = Sample().Match(line);
                Assert.True(match.Success, line);
                Assert.Equal(typed, match.Groups["name"].Value);
                numbers.Add(
                    match.Groups["name"].Value + match.Groups["labels"].Value,
                    double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)
                );
            }
        }

        return numbers;
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(?<labels>\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (?<value>[0-9.Ee+-]+)$""")]
    internal static partial Regex Sample();
}
