using System.Text;
using NodaTime;

namespace Idq.Tracking.Tests.Exchange;

/// <summary>Exports with everything that a store can hold, drawn from a seed.</summary>
sealed class RandomExport(int seed)
{
    static readonly double[] Doubles =
    [
        0,
        1,
        -1.5,
        0.1,
        1e300,
        -1e-300,
        double.Epsilon,
        double.MaxValue,
        double.MinValue,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        -0.0,
        9007199254740993,
        1.7976931348623157e308,
    ];

    static readonly long[] Longs = [0, 1, -1, long.MaxValue, long.MinValue, 9007199254740993, 42];

    static readonly string[] Texts =
    [
        "",
        "a",
        "NaN",
        "é ∑ \"quoted\"",
        "line\nbreak\ttab",
        "'; DROP TABLE runs; --",
        "🛰",
        "{\"no\":\"object\"}",
        "Infinity",
        "\u2028",
    ];

    static readonly string[] Names =
    [
        "loss",
        "Loss",
        "val/acc",
        "a b",
        "\"quoted\"",
        "select",
        "ü",
        "zz" + new string('x', 80),
        "step_time",
    ];

    readonly Random random = new(seed);

    public List<ExchangeRecord> Records()
    {
        var records = new List<ExchangeRecord>();
        var uids = new List<string>();
        var experiments = Enumerable.Range(0, 1 + random.Next(3)).Select(i => $"experiment {i} {Pick(Texts)}").ToArray();
        foreach (var experiment in experiments)
        {
            records.Add(
                new ExportedExperiment(experiment)
                {
                    Created = Time(),
                    Updated = Time(),
                    Comment = Maybe(Texts),
                    Tags = Object(),
                    Extras = Object(),
                    IsDeleted = random.Next(4) == 0,
                    ArtifactLocation = Maybe(Texts),
                }
            );
            var datasets = Names
                .Take(random.Next(3))
                .Select(name => new ExportedDataset(experiment, name, Pick(Texts), "local", Pick(Texts), Maybe(Texts), Maybe(Texts)))
                .ToArray();
            records.AddRange(datasets);
            for (var r = random.Next(4); r > 0; r--)
            {
                var uid = new Guid(Bytes(16)).ToString("N");
                uids.Add(uid);
                records.Add(new ExportedRun(uid, experiment, Pick(Texts))
                {
                    Status = (RunStatus)random.Next(24),
                    Created = Time(),
                    Started = MaybeTime(),
                    Updated = MaybeTime(),
                    Ended = MaybeTime(),
                    Deleted = MaybeTime(),
                    Comment = Maybe(Texts),
                    Tags = Object(),
                    Args = Object(),
                    Env = Object(),
                    Extras = Object(),
                    User = Maybe(Texts),
                    IsDeleted = random.Next(4) == 0,
                    ArtifactUri = Maybe(Texts),
                });
                for (var row = random.Next(6); row > 0; row--)
                    records.Add(
                        new ExportedMetrics(
                            uid,
                            Pick(Longs) + row,
                            row / 8.0,
                            random.Next(2) == 0 ? null : Pick(Longs),
                            [.. Some(Names).Select(name => KeyValuePair.Create(name, Value()))]
                        )
                    );
                foreach (var key in Some(Names))
                    records.Add(
                        new ExportedHistory(
                            uid,
                            key,
                            [
                                .. Enumerable
                                    .Range(0, random.Next(300))
                                    .Select(i => new HistoryPoint(
                                        i / 3,
                                        Pick(Longs),
                                        Pick(Doubles),
                                        i % 7 == 0 ? "{\"model_id\":\"m\"}" : null
                                    )),
                            ]
                        )
                    );
                foreach (var name in Some(Names))
                    records.Add(
                        new ExportedSequence(
                            uid,
                            name,
                            [.. Enumerable.Range(0, random.Next(150)).Select(i => new ExportedRow(i * 2, Pick(Longs), i, Row()))]
                        )
                    );
                records.AddRange(datasets.Select(d => new ExportedInput(uid, d.Name, d.Digest, Object())));
            }
        }
        if (experiments.Length > 1) records.Add(new ExportedExperimentLink(experiments[0], "continues", experiments[1]));
        for (var i = 1; i < uids.Count; i++) records.Add(new ExportedRunLink(uids[i], Pick(Names), uids[i - 1]));
        return records;
    }

    MetricValue Value() => random.Next(4) switch
    {
        0 => Pick(Longs),
        1 => Pick(Texts),
        _ => Pick(Doubles),
    };

    string Row() => random.Next(4) switch
    {
        0 => "{\"loss\": 0.5, \"b\" : [1,2]}",
        1 => "{\n\"a\":1}",
        2 => "no JSON",
        _ => "{\"$double\":\"NaN\"}",
    };

    string Object()
    {
        if (random.Next(3) == 0) return "{}";
        var text = new StringBuilder("{");
        text.Append(
            System.Globalization.CultureInfo.InvariantCulture,
            $"\"n\":{Pick(["1", "1.0", "1.50", "1e3", "1E-7", "-0", "-0.0", "1.5e+2", "12345678901234567890", "2.50e1", "0e5", "1e300"])}"
        );
        foreach (var name in Some(Names))
            text.Append($",{System.Text.Json.JsonSerializer.Serialize(name)}:{System.Text.Json.JsonSerializer.Serialize(Pick(Texts))}");
        return text.Append(",\"nested\":{\"z\":[true,null,{}],\"a\":{}}}").ToString();
    }

    Instant Time() => Instant.FromUnixTimeTicks(random.NextInt64(0, 4_000_000_000L * NodaConstants.TicksPerSecond) / 10 * 10);

    Instant? MaybeTime() => random.Next(2) == 0 ? null : Time();

    string? Maybe(string[] from) => random.Next(2) == 0 ? null : Pick(from);

    T Pick<T>(T[] from) => from[random.Next(from.Length)];

    IEnumerable<string> Some(string[] from) => from.Where(_ => random.Next(3) == 0).ToArray();

    byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
