using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Idq.Learning.Tests.Calibration;

public class CalibrationFileTests
{
    const long Second = GpsTime.NanosecondsPerSecond;
    static readonly CalibrationProvenance Provenance = new(
        "ovl",
        new(new GpsTime(1126259462391000000), new GpsTime(1126259600 * Second)),
        SegmentList.Coalesce(Segment.FromSeconds(1126259463, 1126259500), Segment.FromSeconds(1126259510, 1126259600)),
        ["quiver-1", "quiver-2"],
        ["abc"]
    );

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void What_was_read_is_what_was_written(CalibrationKind kind)
    {
        var map = Map(kind);
        var document = CalibrationFile.Read(new MemoryStream(Bytes(map)));
        Assert.Equal(kind, document.Map.Kind);
        Assert.Equal((map.GlitchCount, map.CleanCount, map.SamplesAtFit, map.Rates, map.Options),
            (document.Map.GlitchCount, document.Map.CleanCount, document.Map.SamplesAtFit, document.Map.Rates, document.Map.Options));
        Assert.Equal(CalibrationFile.Hash(map, Provenance), document.Hash);
        Assert.Equal((Provenance.Nickname, Provenance.Span, Provenance.Segments),
            (document.Provenance.Nickname, document.Provenance.Span, document.Provenance.Segments));
        Assert.Equal(Provenance.Parents, document.Provenance.Parents);
        Assert.Equal(Provenance.ModelHashes, document.Provenance.ModelHashes);
        foreach (var rank in new[] { 0, 0.1234, 0.5, 0.7, 1 })
        {
            Assert.Equal((map.Fap(rank), map.Eff(rank), map.LogLike(rank), map.PGlitch(rank)),
                (document.Map.Fap(rank), document.Map.Eff(rank), document.Map.LogLike(rank), document.Map.PGlitch(rank)));
            Assert.Equal(map.LogLikeDeviation(rank), document.Map.LogLikeDeviation(rank));
        }
    }

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void Read_append_write_gives_the_bytes_of_a_map_that_never_left_memory(CalibrationKind kind)
    {
        var (inMemory, onDisk) = (Map(kind), Map(kind));
        for (var k = 0; k < 5; k++)
        {
            var (glitch, clean) = (
                new RankSamples(RankGenerators.Rising(5, 3, k), [1, 1, 1, 2.7, 1]),
                new RankSamples(RankGenerators.Falling(9, 3, 50 + k))
            );
            inMemory = inMemory.Append(glitch, clean, 64 * Second + 1, 60 * Second);
            onDisk = CalibrationFile.Read(new MemoryStream(Bytes(onDisk))).Map.Append(glitch, clean, 64 * Second + 1, 60 * Second);
        }
        Assert.Equal(Bytes(inMemory), Bytes(onDisk));
    }

    [Fact]
    public void An_empty_map_and_unbounded_segments_survive()
    {
        var provenance = Provenance with { Span = Segment.All, Segments = SegmentList.All, Parents = [], ModelHashes = [] };
        foreach (var kind in new[] { CalibrationKind.Kernel, CalibrationKind.Discrete })
        {
            var map = CalibrationMap.Fit(kind, RankSamples.Empty, RankSamples.Empty, new(0, 0, 0, 1));
            var stream = new MemoryStream();
            CalibrationFile.Write(stream, map, provenance);
            var document = CalibrationFile.Read(new MemoryStream(stream.ToArray()));
            Assert.False(document.Map.IsUsable);
            Assert.Equal(SegmentList.All, document.Provenance.Segments);
            Assert.Equal(Segment.All, document.Provenance.Span);
        }
    }

    [Fact]
    public void The_document_says_what_it_is_with_exact_times()
    {
        var root = JsonDocument.Parse(Bytes(Map(CalibrationKind.Kernel))).RootElement;
        Assert.Equal("stream-calibration-map", root.GetProperty("format").GetString());
        Assert.Equal(2, root.GetProperty("version").GetInt32());
        Assert.Equal("kde", root.GetProperty("kind").GetString());
        Assert.Equal("1126259462.391", root.GetProperty("span")[0].GetRawText());
        Assert.Equal("0.1", root.GetProperty("rates").GetProperty("window").GetRawText());
        Assert.Equal(201, root.GetProperty("window").GetProperty("pdf").GetArrayLength());
        Assert.Equal(64, root.GetProperty("hash").GetString()!.Length);
        Assert.Equal("hash", root.EnumerateObject().Last().Name);
    }

    [Fact]
    public void The_hash_follows_the_content_and_not_the_white_space()
    {
        var map = Map(CalibrationKind.Kernel);
        var hash = CalibrationFile.Hash(map, Provenance);
        Assert.Equal(hash, CalibrationFile.Write(new MemoryStream(), map, Provenance));
        Assert.NotEqual(hash, CalibrationFile.Hash(map, Provenance with { ModelHashes = ["abd"] }));
        Assert.NotEqual(hash, CalibrationFile.Hash(map.Append(new([0.5]), RankSamples.Empty), Provenance));
        var indented = JsonNode.Parse(Bytes(map))!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        Assert.Equal(hash, CalibrationFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(indented))).Hash);
    }

    [Theory]
    [InlineData(CalibrationKind.Kernel)]
    [InlineData(CalibrationKind.Discrete)]
    public void Every_missing_or_mistyped_property_is_named(CalibrationKind kind)
    {
        var whole = JsonNode.Parse(Bytes(Map(kind)))!.AsObject();
        foreach (var name in whole.Select(p => p.Key).ToArray())
        {
            Assert.Contains(name, Error(root => root.Remove(name), kind), StringComparison.Ordinal);
            Assert.Contains(name, Error(root => root[name] = true, kind), StringComparison.Ordinal);
            if (whole[name] is not JsonObject inner) continue;
            foreach (var property in inner.Select(p => p.Key).ToArray())
            {
                Assert.Contains(
                    $"{name}.{property}",
                    Error(root => root[name]!.AsObject().Remove(property), kind),
                    StringComparison.Ordinal
                );
                Assert.Contains($"{name}.{property}", Error(root => root[name]![property] = "nonsense", kind), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Contains("expected stream-calibration-map", Error(root => root["format"] = "stream-model"), StringComparison.Ordinal);
        Assert.Contains("reads version 2", Error(root => root["version"] = 1), StringComparison.Ordinal);
        Assert.Contains("expected kde or discrete", Error(root => root["kind"] = "spline"), StringComparison.Ordinal);
        Assert.Contains("expected 201", Error(root => root["glitch"]!["pdf"]!.AsArray().RemoveAt(3)), StringComparison.Ordinal);
        Assert.Contains("bandwidth", Error(root => root["clean"]!["bandwidth"] = 0), StringComparison.Ordinal);
        Assert.Contains("clean.cdf", Error(root => root["clean"]!["cdf"]!.AsArray()[200] = 0), StringComparison.Ordinal);
        Assert.Contains("finite", Error(root => root["clean"]!["cdf"]!.AsArray()[200] = "inf"), StringComparison.Ordinal);
        Assert.Contains("rates", Error(root => root["rates"]!["window"] = 0), StringComparison.Ordinal);
        Assert.Contains("options", Error(root => root["options"]!["numPoints"] = 1), StringComparison.Ordinal);
        Assert.Contains("atoms", Error(root => root["atoms"]!.AsArray()[0] = 1.5, CalibrationKind.Discrete), StringComparison.Ordinal);
        Assert.Contains(
            "weights",
            Error(root => root["glitch"]!["weights"]!.AsArray()[0] = -1, CalibrationKind.Discrete),
            StringComparison.Ordinal
        );
        Assert.Contains("rows", Error(root => root["glitch"]!["rows"] = 0, CalibrationKind.Discrete), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    public void What_is_no_document_is_refused_with_its_name(string text) =>
        Assert.Contains(
            "maps/m.json",
            Assert.Throws<DataException>(() => CalibrationFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "maps/m.json")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_changed_number_is_noticed()
    {
        Assert.Contains("changed after it was written", Error(root => root["rowsAtFit"] = 7), StringComparison.Ordinal);
        Assert.Contains(
            "changed after it was written",
            Error(root => root["glitch"]!["pdf"]!.AsArray()[5] = 1.25),
            StringComparison.Ordinal
        );
    }

    static string Error(Action<JsonObject> spoil, CalibrationKind kind = CalibrationKind.Kernel)
    {
        var root = JsonNode.Parse(Bytes(Map(kind)))!.AsObject();
        spoil(root);
        var error = Assert.Throws<DataException>(() =>
            CalibrationFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString())), "map.json")
        );
        Assert.StartsWith("map.json", error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    static byte[] Bytes(CalibrationMap map)
    {
        var stream = new MemoryStream();
        CalibrationFile.Write(stream, map, Provenance);
        return stream.ToArray();
    }

    static CalibrationMap Map(CalibrationKind kind) => CalibrationMap.Fit(kind,
        new(RankGenerators.Rising(40, 3, 61), [.. Enumerable.Repeat(1.0, 39), 3.3]), new(RankGenerators.Falling(70, 3, 62)),
        new(42.3, 1000 * Second + 1, 900 * Second, Second / 10), new() { PriorGlitches = 0.7 }, new(RankGenerators.Rising(40, 2, 63)));
}
