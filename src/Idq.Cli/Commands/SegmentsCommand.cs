using System.CommandLine;
using Idq.Data;

namespace Idq.Cli.Commands;

/// <summary>stream segments: the algebra of segment lists on files.</summary>
static class SegmentsCommand
{
    static readonly Option<string> Seconds = new("--seconds")
    {
        Description = "By how much to protract, contract or shift",
        HelpName = "S",
        DefaultValueFactory = _ => "0",
    };
    static readonly Option<string?> Flag = new("--flag")
    {
        Description = "The flag IFO:NAME:VERSION to read from files that hold several",
        HelpName = "F",
    };
    static readonly Option<bool> Known = new("--known") { Description = "Reads the known instead of the active segments" };
    static readonly Option<string?> Start = new("--start") { Description = "Clips the result to times from here", HelpName = "S" };
    static readonly Option<string?> End = new("--end") { Description = "Clips the result to times before this", HelpName = "E" };

    public static Command Create()
    {
        var command = new Command("segments", "Computes with lists of segments")
        {
            Operation("union", "What is in any of the files", (lists, _) => lists.Aggregate((a, b) => a | b)),
            Operation("intersection", "What is in all files", (lists, _) => lists.Aggregate((a, b) => a & b)),
            Operation("difference", "What is in the first file and in none of the others", (lists, _) => lists.Aggregate((a, b) => a - b)),
            Operation("symmetric-difference", "What is in an odd number of the files", (lists, _) => lists.Aggregate((a, b) => a ^ b)),
            Operation("complement", "What is in none of the files, within --start and --end", (lists, _) => ~Union(lists)),
            Operation("coalesce", "The files as one sorted list without overlaps", (lists, _) => Union(lists)),
            Operation("protract", "Every segment longer by --seconds at both ends", (lists, s) => Union(lists).Protract(s)),
            Operation("contract", "Every segment shorter by --seconds at both ends", (lists, s) => Union(lists).Contract(s)),
            Operation("shift", "Every segment later by --seconds", (lists, s) => Union(lists).Shift(s)),
        };
        return command.WithExamples(
            "stream segments intersection H1.txt L1.txt",
            "stream segments difference science.txt vetoes.txt --output json",
            "stream segments coalesce H1-segments.xml.gz --flag H1:DMT-ANALYSIS_READY:1");
    }

    static SegmentList Union(IReadOnlyList<SegmentList> lists) => lists.Aggregate((a, b) => a | b);

    static Command Operation(string name, string description, Func<IReadOnlyList<SegmentList>, long, SegmentList> compute)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "segwizard or two-column text, LIGO_LW (plain or gzip), or JSON",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(name, description) { files, Seconds, Flag, Known, Start, End };
        command.SetAction(result =>
        {
            if (!GpsSeconds.TryParseDuration(result.GetValue(Seconds)!, out var seconds))
                throw new UsageException($"--seconds: '{result.GetValue(Seconds)}' is no number of seconds");
            var lists = result.GetValue(files)!.Select(path => Read(path, result.GetValue(Flag), result.GetValue(Known))).ToArray();
            var list = compute(lists, seconds);
            var start = GpsArgument.ParseOptional(result.GetValue(Start), "--start") ?? GpsTime.MinValue;
            var end = GpsArgument.ParseOptional(result.GetValue(End), "--end") ?? GpsTime.MaxValue;
            Write(list.Clip(new Segment(start, end)), result.GetValue(GlobalOptions.Output));
            return ExitCode.Done;
        });
        return command.WithExamples(
            $"stream segments {name} a.txt{(name is "union" or "intersection" or "difference" or "symmetric-difference" ? " b.txt" : "")}{(name is "protract" or "contract" or "shift" ? " --seconds 8" : "")} --output json"
        );
    }

    static SegmentList Read(string path, string? flag, bool known)
    {
        var query = SegmentFile.Read(path, flag);
        return known ? query.Known : query.Active;
    }

    static void Write(SegmentList list, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            JsonOutput.Write(Console.Out, json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("segments");
                foreach (var segment in list)
                {
                    json.WriteStartArray();
                    json.Gps(segment.Start);
                    json.Gps(segment.End);
                    json.WriteEndArray();
                }
                json.WriteEndArray();
                json.WriteNumber("count", list.Count);
                json.Seconds("livetime", list.Livetime);
                json.WriteEndObject();
            });
            return;
        }
        if (format == OutputFormat.Csv)
        {
            var table = new Table("start", "end");
            foreach (var segment in list) table.Add(segment.Start, segment.End);
            table.Write(Console.Out, format);
            return;
        }
        Console.Out.WriteLine("# seg start stop duration");
        for (var i = 0; i < list.Count; i++)
            Console.Out.WriteLine(
                $"{i} {list[i].Start} {list[i].End} {(list[i].Duration == long.MaxValue ? "inf" : GpsSeconds.Format(list[i].Duration))}"
            );
    }
}
