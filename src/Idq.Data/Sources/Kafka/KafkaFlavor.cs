namespace Idq.Data;

/// <summary>Feature messages from Kafka.</summary>
public sealed class KafkaFlavor : SourceFlavor
{
    // A row's members are told apart by the bits of one word.
    const int MostColumns = 60;

    public override IReadOnlyList<string> Names { get; } = ["KafkaClassifierData", "kafka"];

    public override string Meaning => "feature messages of SNAX (JSON) from Kafka";

    public override SourceDefinition Read(IOptionReader options)
    {
        var servers = options.List("bootstrap_servers", "localhost:9092", "the brokers (kafka only)", "host:port, separated by commas");
        var topic = options.OptionalText(
            "topic", "the topic, or the base of numbered topics BASE_0001, BASE_0002, … (kafka only)", "a topic");
        if (options.IsGiven && topic is null && !options.Gives("topic"))
            options.Problem("flavor", "a Kafka source needs 'topic'", "name the topic of the feature messages");
        var columns = EventFileOptions.ReadColumns(options) ?? KafkaOptions.DefaultColumns;
        if (columns.Count > MostColumns)
            options.Problem("columns", $"{columns.Count} columns are too many", $"name at most {MostColumns}");
        var read = new KafkaOptions
        {
            BootstrapServers = string.Join(',', servers),
            Topic = topic ?? "",
            Group = options.Text("group", "idq", "the name by which the cluster knows this reader (kafka only)", "a name"),
            PollTimeout = options.Duration(
                "poll_timeout", "0.2", "how long one look for messages lasts at the most (kafka only)", 1_000_000),
            Timeout = options.Duration(
                "timeout", "5", "this long after the end of a stretch of time its messages are waited for no more (kafka only)"),
            SampleRate = options.Number(
                "sample_rate", "16", "Hz", "slots of a channel in a second: a message covers slots / sample_rate (kafka only)",
                double.Epsilon, 1e6),
            Columns = [.. columns.Take(MostColumns)],
            Instrument = options.OptionalText(
                "ifo", "leaves out channels of other detectors (kafka only); default: takes all", "a detector"),
            Properties = options.Prefixed("kafka.", "any property of librdkafka, such as kafka.security.protocol = SASL_SSL (kafka only)"),
        };
        var key = SourceDefinition.KeyOf(
            "kafka", read.BootstrapServers, read.Topic, read.Timeout, read.SampleRate, read.Columns, read.Instrument,
            read.Properties.Select(p => $"{p.Key}={p.Value}"));
        return new(
            key, context => topic is null ? throw new DataException("a Kafka source needs 'topic'") : new KafkaSource(read, context));
    }
}
