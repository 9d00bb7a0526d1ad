using System.Text;
using System.Text.Json.Nodes;
using Idq.Learning.Tests.Ovl;
using Idq.Learning.Tests.Tally;

namespace Idq.Learning.Tests.ExactJson;

/// <summary>
/// Models and maps from a damaged or hostile file: a document is read as it was written, or refused with a <see cref="DataException"/>.
/// </summary>
public sealed class HostileDocumentTests
{
    static readonly string[] Values =
    [
        "null", "true", "false", "\"\"", "\"nan\"", "\"inf\"", "\"-inf\"", "-1", "0", "1.5", "1e400", "-1e400", "1e308", "5e-324",
        "99999999999999999999999", "9223372036854775807", "-9223372036854775808", "2147483648", "[]", "[[]]", "{}", "[1,2]", "\"\\u0000\"",
    ];

    static readonly ClassifierCatalogue Catalogue = ClassifierCatalogue.BuiltIn.With(new TallyFlavor());

    static readonly ModelOrigin Origin = new(Segment.FromSeconds(1, 9), SegmentList.Of(Segment.FromSeconds(2, 8)), 12, 345);

    static readonly OvlRow Line = new(new("A", 5, 9), new(90, 3, 8, 2, 1), 4, 0.5, new(1, 2, 3));

    public static TheoryData<string> Documents => ["ovl", "classic", "linear", "random", "tally", "kernel", "discrete"];

    static byte[] Make(string document) => document switch
    {
        "ovl" => Samples.Bytes(new OvlClassifier("o", RandomRun.Options()).Train(RandomRun.Make(3), null, default).Model!, "o", "p"),
        "classic" => Samples.Bytes(new OvlModel(Origin, "snr", OvlMetric.EffByDt, [Line])),
        "linear" => Samples.Bytes(new LinearModel(Origin, -1.25, [new("A", false, 0.1, 2, 3), new("A", true, 0.3, 2, -1)], 7, true)),
        "random" => Samples.Bytes(new RandomModel(Origin, 1, 2)),
        "tally" => Samples.Bytes(new TallyModel(Origin, 0.5, new(3, 2), new(4, 1))),
        _ => Map(document == "kernel" ? CalibrationKind.Kernel : CalibrationKind.Discrete),
    };

    static byte[] Map(CalibrationKind kind)
    {
        using var stream = new MemoryStream();
        CalibrationFile.Write(
            stream,
            CalibrationMap.Fit(kind, new([0.5, 0.9]), new([0.1, 0.2, 0.5]), new(2, 1000, 900, 10), new() { NumPoints = 5 }),
            new("ovl", Origin.Span, Origin.Segments, ["p"], ["m"])
        );
        return stream.ToArray();
    }

    /// <summary>Null when it was read.</summary>
    static DataException? Refusal(string document, byte[] bytes)
    {
        try
        {
            if (document is "kernel" or "discrete") CalibrationFile.Read(new MemoryStream(bytes));
            else ModelFile.Read(bytes, Catalogue);
            return null;
        }
        catch (DataException e)
        {
            return e;
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_was_written_is_read(string document) => Assert.Null(Refusal(document, Make(document)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Any_value_in_any_place_is_read_or_refused_as_data(string document)
    {
        var text = Encoding.UTF8.GetString(Make(document));
        var refused = 0;
        foreach (var path in Places(JsonNode.Parse(text)!, []))
        {
            foreach (var value in Values)
            {
                var root = JsonNode.Parse(text)!;
                Put(root, path, JsonNode.Parse(value));
                if (Refusal(document, Encoding.UTF8.GetBytes(root.ToJsonString())) is not null) refused++;
                // Who asked and what it was made of are not part of a model's hash.
                else
                    Assert.True(
                        path[0] is "nickname" or "parents" || Same(JsonNode.Parse(text), root),
                        $"{string.Join('.', path)} = {value}"
                    );
            }
        }
        Assert.True(refused > 20 * Values.Length / 2, $"{refused} refused");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Any_place_that_is_left_out_is_refused(string document)
    {
        var text = Encoding.UTF8.GetString(Make(document));
        foreach (var path in Places(JsonNode.Parse(text)!, []).Where(p => p[^1] is string))
        {
            var root = JsonNode.Parse(text)!;
            Put(root, path, null, remove: true);
            Assert.NotNull(Refusal(document, Encoding.UTF8.GetBytes(root.ToJsonString())));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_that_was_cut_is_refused_wherever_it_was_cut(string document)
    {
        var bytes = Make(document);
        for (var length = 0; length < bytes.Length - 2; length += 1 + bytes.Length / 200)
            Assert.NotNull(Refusal(document, bytes[..length]));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_byte_that_was_changed_is_refused_or_changes_nothing_that_counts(string document)
    {
        var bytes = Make(document);
        var random = new CounterRandom(11, 3, 0);
        for (var k = 0; k < 400; k++)
        {
            var copy = bytes.ToArray();
            var (at, to) = ((int)random.NextLong(bytes.Length), (byte)random.NextLong(256));
            copy[at] = to;
            if (Refusal(document, copy) is not null) continue;
            var (before, after) = (JsonNode.Parse(bytes)!.AsObject(), JsonNode.Parse(copy)!.AsObject());
            foreach (var name in before.Select(p => p.Key).Except(["nickname", "parents"]))
                Assert.True(Same(before[name], after[name]), $"byte {at} became {to}: {name}");
        }
    }

    static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        if (path.Length > 0) yield return path;
        // The first elements of a list stand for all of them.
        var inside = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Take(2).Select((v, i) => ((object)i, v)),
            _ => [],
        };
        foreach (var (key, value) in inside)
            foreach (var place in Places(value, [.. path, key])) yield return place;
    }

    static void Put(JsonNode root, object[] path, JsonNode? value, bool remove = false)
    {
        var parent = path[..^1].Aggregate(root, (node, key) => key is int i ? node[i]! : node[(string)key]!);
        if (remove) parent.AsObject().Remove((string)path[^1]);
        else if (path[^1] is int i) parent[i] = value;
        else parent[(string)path[^1]] = value;
    }

    // Numbers are the same when they read as the same double, or as nothing.
    static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(p => y.ContainsKey(p.Key) && Same(p.Value, y[p.Key])),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (JsonValue x, JsonValue y) when x.TryGetValue(out double m) && y.TryGetValue(out double n) => Math.Abs(m - n) <= double.Epsilon,
        _ => JsonNode.DeepEquals(a, b),
    };
}
