using System.Numerics;
using System.Text.Json;
using Idq.Data.Frames;

namespace Idq.Data.Tests.Frames;

/// <summary>
/// Frames that other programs wrote: every compression of the frame library, two frames in a file, and frames of a search.
/// </summary>
public sealed class ReferenceFramesTests
{
    static string[] Files(string pattern = "*.gwf") =>
        [.. Directory.GetFiles(SharedData.Path("frames"), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    static JsonElement Facts()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("frames", "lal", "facts.json")));
        return document.RootElement.Clone();
    }

    static double[] Parts(Array values) => values switch
    {
        ComplexSingle[] complex => [.. complex.SelectMany(c => new double[] { c.Real, c.Imaginary })],
        Complex[] complex => [.. complex.SelectMany(c => new[] { c.Real, c.Imaginary })],
        _ => [.. values.Cast<object>().Select(v => Convert.ToDouble(v))],
    };

    static void HasTheFacts(FrameFile file, int frame, JsonElement facts)
    {
        Assert.Equal(GpsTime.FromSeconds(facts.GetProperty("start").GetInt64()), file.Frames[frame].Start);
        Assert.Equal(facts.GetProperty("duration").GetInt64() * GpsTime.NanosecondsPerSecond, file.Frames[frame].Duration);
        var channels = facts.GetProperty("channels").EnumerateObject().ToArray();
        Assert.Equal(
            channels.Select(c => c.Name).Order(StringComparer.Ordinal), file.Channels.Select(c => c.Name).Order(StringComparer.Ordinal));
        foreach (var channel in channels)
        {
            var entry = file.Find(channel.Name)!;
            var read = file.Read(frame, entry)!;
            var fact = channel.Value;
            Assert.Equal(fact.GetProperty("how").GetString(), entry.Kind.ToString());
            Assert.Equal(
                (fact.GetProperty("rate").GetDouble(), fact.GetProperty("n").GetInt32()), (read.Head.SampleRate, read.Values.Length));
            Assert.Equal(channel.Name is "H1:TEST-STRAIN" or "H1:SIM-INJECTION" ? "strain" : "", read.Head.Vector.Unit);
            Assert.Equal(("s", true), (read.Head.Vector.UnitX, read.Head.IsTimeSeries));
            Assert.Equal(file.Frames[frame].Start, read.Head.Start);
            var type = fact.GetProperty("type").GetString() switch
            {
                "f8" => FrameValueType.Double,
                "f4" => FrameValueType.Single,
                "i2" => FrameValueType.Int16,
                "i4" => FrameValueType.Int32,
                _ => FrameValueType.ComplexSingle,
            };
            Assert.Equal(type, read.Head.Vector.Type);
            var parts = Parts(read.Values);
            var isComplex = type == FrameValueType.ComplexSingle;
            var first = fact.GetProperty("first").EnumerateArray()
                .SelectMany(f => isComplex ? f.EnumerateArray().Select(p => p.GetDouble()) : [f.GetDouble()]).ToArray();
            Assert.Equal(first, parts[..first.Length]);
            if (!isComplex) Assert.Equal(fact.GetProperty("last").GetDouble(), parts[^1]);
            var sum = isComplex ? fact.GetProperty("sum")[0].GetDouble() : fact.GetProperty("sum").GetDouble();
            var own = parts.Where((_, i) => !isComplex || i % 2 == 0).ToArray();
            Assert.Equal(sum, own.Sum(), own.Sum(Math.Abs) * 1e-12);
        }
    }

    [SharedFact]
    public void Every_compression_of_the_frame_library_is_read_with_the_values_that_went_in()
    {
        var facts = Facts().GetProperty("first frame, and every H-TEST_* file of 16 s");
        var files = Files("H-TEST_*.gwf");
        Assert.Equal(8, files.Length);
        foreach (var path in files)
        {
            using var file = FrameFile.Open(path);
            HasTheFacts(file, 0, facts);
        }
    }

    [SharedFact]
    public void Every_compression_gives_the_same_bits()
    {
        using var raw = FrameFile.Open(SharedData.Path("frames", "lal", "H-TEST_RAW-1126259446-16.gwf"));
        foreach (var path in Files("H-TEST_*.gwf"))
        {
            using var file = FrameFile.Open(path);
            foreach (var entry in raw.Channels) Assert.Equal(raw.Read(0, entry)!.Values, file.Read(0, file.Find(entry.Name)!)!.Values);
        }
    }

    [SharedFact]
    public void The_second_frame_of_a_file_is_read()
    {
        using var file = FrameFile.Open(SharedData.Path("frames", "lal", "H-TEST_TWO_FRAMES-1126259446-32.gwf"));
        Assert.Equal(2, file.Frames.Count);
        HasTheFacts(file, 1, Facts().GetProperty("second frame of H-TEST_TWO_FRAMES"));
    }

    [SharedFact]
    public void The_frames_of_a_search_have_their_state_and_idq_channels()
    {
        foreach (var folder in new[] { "pass", "idqbad" })
        {
            using var file = FrameFile.Open(SharedData.Path("frames", folder, "H-H1_O2_llhoft-1216577976-4.gwf"));
            var ok = file.Read(0, file.Find("H1:IDQ-OK_OVL_32_2048")!)!;
            var fap = file.Read(0, file.Find("H1:IDQ-FAP_OVL_32_2048")!)!;
            Assert.Equal((256.0, 256.0), (ok.Head.SampleRate, fap.Head.SampleRate));
            Assert.All(Parts(ok.Values), v => Assert.Equal(folder == "pass" ? 1 : 0, v));
            Assert.Equal(Segment.FromSeconds(1216577976, 1216577980), new(fap.Head.Start, fap.Head.Start + fap.Head.Duration));
            Assert.Equal(1024, fap.Values.Length);
            Assert.Equal("LHO_4k", Assert.Single(file.Details(0).Detectors).Name);
        }
    }

    [SharedFact]
    public void The_place_of_hanford_is_the_one_that_other_programs_write()
    {
        using var file = FrameFile.Open(SharedData.Path("frames", "pass", "H-H1_O2_llhoft-1216577976-4.gwf"));
        var (theirs, own) = (file.Details(0).Detectors[0], FrameDetector.Find("H1")!);
        // They wrote six digits, and of the y arm two of them in the wrong order: 4.08481 is not at a right angle to the x arm.
        Assert.Equal((own.Name, own.Prefix), (theirs.Name, theirs.Prefix));
        double[] Numbers(FrameDetector d) =>
            [d.Longitude, d.Latitude, d.Elevation, d.XAzimuth, d.YAzimuth, d.XAltitude, d.YAltitude, d.XMidpoint, d.YMidpoint];
        foreach (var (o, t) in Numbers(own).Zip(Numbers(theirs))) Assert.Equal(o, t, Math.Abs(o) * (o == own.YAzimuth ? 2e-4 : 1e-5));
    }

    [SharedFact]
    public void The_history_of_the_frame_library_is_read()
    {
        using var file = FrameFile.Open(SharedData.Path("frames", "lal", "H-TEST_RAW-1126259446-16.gwf"));
        var details = file.Details(0);
        Assert.Equal(2, details.History.Count);
        Assert.All(details.History, h => Assert.StartsWith("FrameLib:8.48.4", h.Comment, StringComparison.Ordinal));
        Assert.Equal(("LIGO", 3), (details.Project, details.Run));
    }

    [SharedFact]
    public void Nothing_is_wrong_with_them()
    {
        Assert.Equal(10, Files().Length);
        Assert.All(Files(), path => Assert.Empty(FrameCheck.Problems(path)));
    }
}
