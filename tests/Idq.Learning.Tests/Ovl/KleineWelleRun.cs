using System.Globalization;

namespace Idq.Learning.Tests.Ovl;

/// <summary>The reference run: 50 auxiliary channels and the target, and the options under which the original made its list.</summary>
static class KleineWelleRun
{
    public const string Target = "L1_GW";
    public static readonly Segment Span = Segment.FromSeconds(1126000000, 1126020000);

    public static OvlOptions Options(bool optimize = false, OvlMode mode = OvlMode.Scratch) =>
        new(
            "signif",
            exclude: [Target],
            minima: new OvlMinima(EffByDt: 1),
            numRecalculate: 3,
            incremental: 1000,
            optimize: optimize,
            mode: mode,
            classic: true
        );

    public static Quiver Read()
    {
        var files = Directory.GetFiles(SharedData.Path("ovl", "kw"), "*.trg");
        var channels = new ChannelDictionary(files.Select(f => Path.GetFileNameWithoutExtension(f)));
        var builder = new EventTableBuilder(channels, ["signif"]);
        foreach (var file in files)
        {
            var channel = channels.Find(Path.GetFileNameWithoutExtension(file));
            foreach (var line in File.ReadLines(file))
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var time = GpsTime.FromSeconds(decimal.Parse(words[2], CultureInfo.InvariantCulture));
                builder.Add(channel, time.Nanoseconds, [double.Parse(words[7], CultureInfo.InvariantCulture)]);
            }
        }
        var segments = SegmentList.Of(Span);
        var data = new ClassifierData(builder.Build(Span, segments), segments);
        var target = data.Triggers(channels.Find(Target));
        var glitches = new List<long>();
        for (var i = 0; i < target.Count; i++)
            if (target.Column(0)[i] >= 35) glitches.Add(target.Times[i]);
        return Samples.Of(data, segments, glitches, []);
    }
}
