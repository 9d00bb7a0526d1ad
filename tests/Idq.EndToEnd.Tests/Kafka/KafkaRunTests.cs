using Confluent.Kafka;

namespace Idq.EndToEnd.Tests.Kafka;

/// <summary>The program between a simulated detector and a real broker.</summary>
public sealed class KafkaRunTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    const long Start = 1_262_304_000;

    static readonly string[] Eager =
    [
        "train stream:min_new_samples=60", "calibrate:min_new_samples=60", "calibrate:min_samples=3", "timeseries:srate=16",
    ];

    static string Fresh() => "e" + Guid.NewGuid().ToString("N");

    string[] From(string topic, params string[] more) =>
    [
        .. Eager, "train data discovery:flavor=KafkaClassifierData", $"train data discovery:bootstrap_servers={broker.Bootstrap}",
        $"train data discovery:topic={topic}", "train data discovery:columns=snr frequency", .. more,
    ];

    Task<StreamResult> SimulateAsync(string topic, long from, long to) => StreamProgram.RunAsync(
        "simulate", "--ini", Repository.Path("etc", "mock.ini"), "--to", $"kafka://{broker.Bootstrap}/{topic}", "--topics", "3",
        "--gps-start", $"{from}", "--gps-end", $"{to}", "--output", "json");

    async Task SendAsync(string topic, string text)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = broker.Bootstrap }).Build();
        await producer.ProduceAsync(topic, new Message<Null, string> { Value = text });
    }

    [KafkaFact]
    public async Task Topics_that_are_read_twice_give_the_same_bytes_and_what_is_no_message_is_named()
    {
        var topic = Fresh();
        var sent = (await SimulateAsync(topic, Start, Start + 300)).Done.Json;
        Assert.Equal(900, sent.GetProperty("messages").GetInt64());
        await SendAsync($"{topic}_0002", "this is no feature message");
        await SimulateAsync(topic, Start + 300, Start + 600);

        string[] range = ["--replay", "--gps-start", $"{Start}", "--gps-end", $"{Start + 600}", "--initial-lookback", "0"];
        using var first = Analysis.Mock(From(topic));
        using var second = Analysis.Mock(From(topic));
        var run = await first.RunAsync("run", range);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"{topic}_0002 [[0]] @300: this is no feature message and is passed over", run.Errors, StringComparison.Ordinal);
        _ = (await second.RunAsync("run", range)).Done;
        Assert.Contains(first.Files(), f => f.Contains("MODEL", StringComparison.Ordinal));
        Assert.Equal(first.Files(), second.Files());
        Assert.Equal(await first.LedgerAsync(), await second.LedgerAsync());
        var strides = await first.JsonAsync("query", "SELECT count(DISTINCT start) AS n FROM series");
        Assert.Equal(75, strides[0].GetProperty("n").GetInt64());
    }
}
