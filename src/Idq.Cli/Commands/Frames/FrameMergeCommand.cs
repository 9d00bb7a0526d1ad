using System.CommandLine;
using Idq.Data;
using Idq.Data.Frames;

namespace Idq.Cli.Commands;

static class FrameMergeCommand
{
    static readonly (string Word, FrameCompression Compression)[] Compressions =
    [
        ("gzip", FrameCompression.Gzip), ("raw", FrameCompression.Raw), ("differential-gzip", FrameCompression.DifferentialGzip),
        ("zero-suppression", FrameCompression.ZeroSuppression), ("best", FrameCompression.Best),
    ];

    public static Command Create()
    {
        var command = new Command("merge",
            "Joins the frames of files into one long frame. The channels must be the same in all of them. A gap between two frames is "
            + "refused, unless --split begins a new file after it").WithExamples(
            "H-H1_IDQ_OVL-*.gwf --out long",
            "H-H1_IDQ_OVL-*.gwf --out H-DAY-1126224000-86400.gwf --compression best",
            "H-H1_IDQ_OVL-*.gwf --out long --split");
        var files = command.AddWords("FILE", "Frame files, in any order");
        var to = command.AddRequired<string>("--out", "PATH",
            "A file *.gwf, or the folder for files that are named after the first one and their span");
        var split = command.AddFlag("--split", "Begins a new file after every gap; --out is a folder then");
        var compression = command.AddChoice("--compression", string.Join('|', Compressions.Select(c => c.Word)), "Of the samples", "gzip");
        return command.Prints(result =>
        {
            var (paths, target, splits) = (result.Get(files), result.Get(to), result.Get(split));
            var isFile = target.EndsWith(".gwf", StringComparison.OrdinalIgnoreCase);
            if (isFile && splits) throw new UsageException("--split: --out must be a folder, because there may be several files");
            if (target.Length == 0 || !isFile && FileKinds.Of(target) is not (FileKind.Folder or FileKind.Nothing))
                throw new UsageException($"--out: '{target}' is neither a file *.gwf nor a folder");
            var name = "";
            if (!isFile && !FileSpan.TryParse(paths[0], out _, out name)) throw new UsageException(
                $"'{paths[0]}' is not named OBSERVATORY-DESCRIPTION-START-DURATION.gwf: give --out the name of a file");
            var chosen = Compressions.First(c => c.Word == result.Get(compression)).Compression;
            var written = new List<(string Path, Segment Span, long Channels)>();
            foreach (var frame in FrameMerge.Join(paths, splits, new("stream", 0, $"stream frame merge of {paths.Length} files")))
            {
                var path = isFile ? target : Path.Combine(target, Name(name, frame.Span));
                WholeFile.Write(path, temporary => FrameWriter.Write(temporary, [frame], chosen));
                written.Add((path, frame.Span, frame.Channels.Count));
            }
            return Table.Of(written, ("file", w => w.Path), ("start", w => w.Span.Start), ("duration", w => new Seconds(w.Span.Duration)),
                ("channels", w => w.Channels));
        });
    }

    static string Name(string name, Segment span)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? FrameWriter.FileName(name, "FRAMES", span) : FrameWriter.FileName(name[..dash], name[(dash + 1)..], span);
    }
}
