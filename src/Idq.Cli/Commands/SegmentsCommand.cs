using System.CommandLine;
using Idq.Data;

namespace Idq.Cli.Commands;

static class SegmentsCommand
{
    public static Command Create() => new Command("segments", "Computes with lists of segments")
    {
        Operation("union", "What is in any of the files", (lists, _) => lists.Aggregate((a, b) => a | b)),
        Operation("intersection", "What is in all files", (lists, _) => lists.Aggregate((a, b) => a & b)),
        Operation("difference", "What is in the first file and in none of the others", (lists, _) => lists.Aggregate((a, b) => a - b)),
        Operation("symmetric-difference", "What is in an odd number of the files", (lists, _) => lists.Aggregate((a, b) => a ^ b)),
        Operation("complement", "What is in none of the files, within --start and --end", (lists, _) => ~Union(lists)),
        Operation("coalesce", "The files as one sorted list without overlaps", (lists, _) => Union(lists)),
        Operation("protract", "Every segment longer by --seconds at both ends", (lists, s) => Movable(Union(lists), -s, s).Protract(s)),
        Operation("contract", "Every segment shorter by --seconds at both ends", (lists, s) => Movable(Union(lists), s, -s).Contract(s)),
        Operation("shift", "Every segment later by --seconds", (lists, s) => Movable(Union(lists), s, s).Shift(s)),
    }.WithExamples(
        "intersection H1.txt L1.txt",
        "difference science.txt vetoes.txt --output json",
        "coalesce H1-segments.xml.gz --flag H1:DMT-ANALYSIS_READY:1");

    static SegmentList Union(IReadOnlyList<SegmentList> lists) => lists.Aggregate((a, b) => a | b);

    // An end that is moved beyond the range of times would become unbounded.
    static SegmentList Movable(SegmentList list, long start, long end)
    {
        foreach (var segment in list)
            if ((segment.Start + start).IsFinite != segment.Start.IsFinite || (segment.End + end).IsFinite != segment.End.IsFinite)
                throw new UsageException($"--seconds: that moves an end of {segment} beyond the range of GPS time");
        return list;
    }

    static Command Operation(string name, string description, Func<IReadOnlyList<SegmentList>, long, SegmentList> compute)
    {
        var more = name switch
        {
            "union" or "intersection" or "difference" or "symmetric-difference" => " b.txt",
            "protract" or "contract" or "shift" => " --seconds 8",
            _ => "",
        };
        var command = new Command(name, description).WithExamples($"a.txt{more} --output json");
        var files = command.AddWords("FILE", "segwizard or two-column text, LIGO_LW (plain or gzip), or JSON");
        var seconds = command.AddValue("--seconds", "S", "By how much to protract, contract or shift", "0");
        var flag = command.AddText("--flag", "F", "The flag IFO:NAME:VERSION to read from files that hold several");
        var known = command.AddFlag("--known", "Reads the known instead of the active segments");
        var start = command.AddText("--start", "S", "Clips the result to times from here");
        var end = command.AddText("--end", "E", "Clips the result to times before this");
        return command.Does(result =>
        {
            var by = result.GetSeconds(seconds);
            var read = result.Get(files).Select(path => SegmentFile.Read(path, result.Get(flag)));
            var list = compute([.. read.Select(q => result.Get(known) ? q.Known : q.Active)], by);
            var from = GpsArgument.ParseOptional(result.Get(start), "--start", LeapSeconds.BuiltIn) ?? GpsTime.MinValue;
            var to = GpsArgument.ParseOptional(result.Get(end), "--end", LeapSeconds.BuiltIn) ?? GpsTime.MaxValue;
            if (from >= to) throw new UsageException($"the range [{from}, {to}) is empty: --end must be after --start");
            Print(list.Clip(new Segment(from, to)), result.Format);
        });
    }

    static void Print(SegmentList list, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Print(new Members
                {
                    ["segments"] = list.Select(s => new[] { s.Start, s.End }),
                    ["count"] = list.Count,
                    ["livetime"] = new Seconds(list.Livetime),
                });
                break;
            case OutputFormat.Csv:
                Table.Of(list, ("start", s => s.Start), ("end", s => s.End)).Print(format);
                break;
            default:
                Console.Out.WriteLine("# seg start stop duration");
                for (var i = 0; i < list.Count; i++)
                    Console.Out.WriteLine($"{i} {list[i].Start} {list[i].End} {new Seconds(list[i].Duration)}");
                break;
        }
    }
}
