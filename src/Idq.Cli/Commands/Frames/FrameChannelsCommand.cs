using System.CommandLine;
using Idq.Data.Frames;

namespace Idq.Cli.Commands;

static class FrameChannelsCommand
{
    public static Command Create()
    {
        var command = new Command("channels", "Lists the channels of frame files, a line for every frame that has one").WithExamples(
            "H-H1_IDQ_OVL-1126259446-1.gwf",
            "*.gwf --output csv");
        var files = command.AddWords("FILE", "Frame files");
        return command.Prints(result => Table.Of(
            result.Get(files).SelectMany(Channels),
            ("file", c => c.File), ("name", c => c.Head.Name), ("kind", c => c.Head.Kind.ToString().ToLowerInvariant()),
            ("start", c => c.Head.Start), ("duration", c => new Seconds(c.Head.Duration)), ("rate", c => c.Head.SampleRate),
            ("count", c => c.Head.Vector.Count), ("unit", c => c.Head.Vector.Unit),
            ("type", c => c.Head.Vector.Type.ToString().ToLowerInvariant()),
            ("compression", c => c.Head.Vector.Compression)));
    }

    static IEnumerable<(string File, FrameChannelHead Head)> Channels(string path)
    {
        using var file = FrameFile.Open(path);
        for (var i = 0; i < file.Frames.Count; i++)
            foreach (var channel in file.Channels)
                if (file.Describe(i, channel) is { } head) yield return (path, head);
    }
}
