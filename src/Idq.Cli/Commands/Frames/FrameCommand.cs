using System.CommandLine;

namespace Idq.Cli.Commands;

static class FrameCommand
{
    public static Command Create() => new Command("frame", "Looks at frame files (IGWD, version 8), verifies and joins them")
    {
        FrameChannelsCommand.Create(), FrameDumpCommand.Create(), FrameCheckCommand.Create(), FrameMergeCommand.Create(),
    }.WithExamples(
        "channels H-H1_IDQ_OVL-1126259446-1.gwf",
        "check *.gwf",
        "merge H-H1_IDQ_OVL-*.gwf --out long");
}
