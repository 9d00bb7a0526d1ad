using System.CommandLine;
using System.Numerics;
using Idq.Data.Frames;

namespace Idq.Cli.Commands;

static class FrameDumpCommand
{
    public static Command Create()
    {
        var command = new Command("dump", "Prints the samples of a channel").WithExamples(
            "H-H1_IDQ_OVL-1126259446-1.gwf --channel H1:IDQ-FAP_OVL_32_2048",
            "H-H1_IDQ_OVL-1126259446-1.gwf --channel H1:IDQ-OK_OVL_32_2048 --output csv");
        var path = command.AddWord("FILE", "A frame file; several frames in it must follow each other");
        var name = command.AddRequired<string>("--channel", "C", "The channel");
        return command.Does(result =>
        {
            var parts = Read(result.Get(path), result.Get(name));
            var head = parts[0].Head;
            var values = parts.SelectMany(p => p.Values.Cast<object>().Select(Printed));
            if (result.Format == OutputFormat.Json)
            {
                JsonOutput.Print(new Members
                {
                    ["name"] = head.Name, ["start"] = head.Start, ["rate"] = head.SampleRate, ["unit"] = head.Vector.Unit,
                    ["values"] = values,
                });
                return;
            }
            var nanoseconds = GpsTime.NanosecondsPerSecond / head.SampleRate;
            Table.Of(values.Select((value, i) => (Time: head.Start + (long)Math.Round(i * nanoseconds), Value: value)),
                ("time", v => v.Time), ("value", v => v.Value)).Print(result.Format);
        });
    }

    static List<FrameChannel> Read(string path, string name)
    {
        using var file = FrameFile.Open(path);
        if (file.Find(name) is not { } channel) throw new UsageException($"--channel: '{path}' has no channel '{name}'; it has "
            + string.Join(", ", file.Channels.Take(20).Select(c => c.Name)) + (file.Channels.Count > 20 ? ", …" : ""));
        var parts = new List<FrameChannel>();
        for (var i = 0; i < file.Frames.Count; i++)
        {
            if (file.Read(i, channel) is not { } part) continue;
            if (parts.Count > 0) RequireNext(path, parts[^1].Head, part.Head);
            parts.Add(part);
        }
        return parts.Count > 0 ? parts : throw new DataException($"no frame of '{path}' has the channel '{name}'");
    }

    static void RequireNext(string path, FrameChannelHead before, FrameChannelHead next)
    {
        var end = before.Start + before.Duration;
        if (end == next.Start && before.SampleRate == next.SampleRate) return;
        throw new DataException($"the frames of '{path}' do not follow each other: '{before.Name}' ends at {end} "
            + $"with {before.SampleRate} Hz and goes on at {next.Start} with {next.SampleRate} Hz");
    }

    // Single precision as the double of the same value; complex numbers as pairs.
    static object Printed(object value) => value switch
    {
        float number => (double)number,
        Complex number => new[] { number.Real, number.Imaginary },
        ComplexSingle number => new double[] { number.Real, number.Imaginary },
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value),
        _ => value,
    };
}
