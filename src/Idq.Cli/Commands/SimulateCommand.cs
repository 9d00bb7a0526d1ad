using System.CommandLine;
using Idq.Data;
using Idq.Streaming;

namespace Idq.Cli.Commands;

static class SimulateCommand
{
    const string Scheme = "kafka://";

    public static Command Create()
    {
        var command = new Command("simulate", "Writes simulated triggers to disk, or sends them to Kafka").WithExamples(
            "--ini etc/mock.ini --to events",
            "--ini etc/mock.ini --gps-start 1262304000 --gps-end 1262307600 --to kw --format kw",
            "--ini etc/mock.ini --to kafka://localhost:9092/H1_features --topics 3 --realtime");
        var to = command.AddRequired<string>(
            "--to", "DIR|kafka://HOST:PORT/TOPIC", "The folder to write into, or the topic to send feature messages of a second to");
        var format = command.AddChoice("--format", "parquet|kw|ligolw", "parquet, kw (KleineWelle text) or ligolw", "parquet");
        var length = command.AddValue("--file-duration", "S", "Seconds a file", "3600");
        var topics = command.AddValue("--topics", "N", "Deals the channels to TOPIC_0001 to TOPIC_N; 1 for TOPIC itself", 1);
        var rate = command.AddValue("--sample-rate", "HZ", "Slots of a channel in a second; the loudest event of a slot is sent", 16.0);
        var isRealtime = command.AddFlag("--realtime", "Sends every second when it is over; without a range from now until Ctrl-C");
        var configuration = new ConfigurationArguments(command);
        var range = new RangeArguments(command);
        return command.Does(async (result, _) =>
        {
            var read = configuration.Load(result);
            if (read.Train.Discovery.Flavor is not MockFlavor)
                throw new UsageException("[train data discovery] flavor is not MockClassifierData: there is nothing to simulate");
            if (result.Get(to).StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            {
                var (servers, topic) = Address(result.Get(to));
                if (result.Get(topics) is < 1 or > 9999)
                    throw new UsageException($"--topics: '{result.Get(topics)}' is not from 1 to 9999");
                if (result.Get(rate) is not (>= 1 and <= 100_000) || result.Get(rate) % 1 != 0)
                    throw new UsageException($"--sample-rate: '{result.Get(rate)}' is no whole number from 1 to 100000");
                var clock = new SystemGpsClock(GpsArgument.Clock, GpsArgument.LeapSecondsOf(read));
                var whole = WholeSeconds(
                    result.Get(isRealtime) ? Endless(range.Given(result, read), clock.Now) : range.Finite(result, read));
                using var feed = new KafkaFeed(servers, topic, result.Get(topics), result.Get(rate));
                await Session.RunAsync(result, [], async session =>
                {
                    await Simulation.SendAsync(
                        read, whole, feed, result.Get(isRealtime) ? clock : null, session.Progress, session.Stopping);
                    return true;
                });
                if (result.Format == OutputFormat.Json)
                    JsonOutput.Print(new Members { ["messages"] = feed.Messages, ["events"] = feed.Events });
                else Table.OfRow(("messages", feed.Messages), ("events", feed.Events)).Print(result.Format);
                return ExitCode.Done;
            }
            if (result.Get(to).Length == 0 || FileKinds.Of(result.Get(to)) is not (FileKind.Folder or FileKind.Nothing))
                throw new UsageException($"--to: '{result.Get(to)}' is no folder");
            var duration = result.GetSeconds(length, least: 1_000_000, "number of seconds, 0.001 or more");
            var segment = range.Finite(result, read);
            var (files, events) = await Session.RunAsync(result, [], session => Simulation.WriteAsync(
                read, segment, result.Get(to), result.Get(format)!, duration, session.Progress, session.Stopping));
            if (result.Format == OutputFormat.Json)
            {
                JsonOutput.Print(new Members { ["files"] = files, ["events"] = events });
                return ExitCode.Done;
            }
            Table.Of(files, ("file", f => f)).Print(result.Format);
            if (result.Format == OutputFormat.Text) Console.Out.WriteLine($"{events} events in {files.Count} files");
            return ExitCode.Done;
        });
    }

    static (string Servers, string Topic) Address(string text)
    {
        var rest = text[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < rest.Length - 1 && rest.AsSpan(0, slash).Contains(':')
            ? (rest[..slash], rest[(slash + 1)..])
            : throw new UsageException($"--to: '{text}' is no topic: write kafka://HOST:PORT/TOPIC");
    }

    static Segment Endless((GpsTime? Start, GpsTime? End) given, GpsTime now) =>
        new(given.Start ?? now, GpsTime.Max(given.Start ?? now, given.End ?? GpsTime.MaxValue));

    static Segment WholeSeconds(Segment range) => new(
        GpsTime.FromSeconds(Math.DivRem(range.Start.Nanoseconds + GpsTime.NanosecondsPerSecond - 1, GpsTime.NanosecondsPerSecond).Quotient),
        range.End.IsFinite ? GpsTime.FromSeconds(range.End.Nanoseconds / GpsTime.NanosecondsPerSecond) : range.End);
}
