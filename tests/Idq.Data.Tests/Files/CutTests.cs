using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

/// <summary>The same events come from files however they are spread over files and however the span is cut.</summary>
public sealed class CutTests
{
    static readonly Segment Whole = Segment.FromSeconds(1126000000, 1126000200);

    static EventTable Simulated()
    {
        using var mock = new MockSource(
            MockDefinition
                .Read(
                    IniDocument.Parse(
                        "[channels H1:A{0}]\ncount = 3\nrate = 2\nsnr distribution = pareto 3\nfrequency distribution = uniform 1 2\n",
                        "x"
                    )
                )
                .Definition!,
            1
        );
        return Events.Read(mock, Whole);
    }

    static IEnumerable<Segment> Strides(long length)
    {
        for (var start = Whole.Start; start < Whole.End; start += length * GpsTime.NanosecondsPerSecond)
            yield return new(start, GpsTime.Min(start + length * GpsTime.NanosecondsPerSecond, Whole.End));
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("trg")]
    [InlineData("xml")]
    [InlineData("xml.gz")]
    public void One_file_or_many_one_read_or_many(string extension)
    {
        var table = Simulated();
        var expected = Events.Of(table);
        foreach (var length in new[] { 200, 64, 17 })
        {
            using var folder = new TemporaryFolder();
            foreach (var stride in Strides(length))
            {
                var name = $"H-SIM-{stride.Start}-{stride.Duration / GpsTime.NanosecondsPerSecond}.{extension}";
                Write(table.Slice(stride), folder.File(name), extension);
            }
            using var source = Open(folder.Path, extension);
            Assert.Equal(table.Channels.Names, source.Channels.Names);
            Assert.Equal(expected, Events.Of(Events.Read(source, Whole), "snr", "frequency"));
            Prop.ForAll(
                    Gen.Choose(1, 199_999).ListOf().ToArbitrary(),
                    milliseconds =>
                    {
                        var edges = milliseconds
                            .Distinct()
                            .Order()
                            .Select(m => Whole.Start + m * 1_000_000L)
                            .Prepend(Whole.Start)
                            .Append(Whole.End)
                            .ToArray();
                        var pieces = edges.Zip(edges.Skip(1), (a, b) => Events.Read(source, new(a, b))).ToArray();
                        return pieces.All(p => p.Delivered.Equals(SegmentList.Of(p.Span)))
                            && Events.Of(EventTable.Concatenate(pieces, Whole), "snr", "frequency").SequenceEqual(expected);
                    }
                )
                .Check(Config.QuickThrowOnFailure.WithMaxTest(5));
        }
    }

    static void Write(EventTable table, string path, string extension)
    {
        switch (extension)
        {
            case "parquet": TableArchiveFile.Write(table, path); break;
            case "trg": KleineWelleWriter.Write(table, path); break;
            default: LigoLwWriter.Write(table, path); break;
        }
    }

    static IEventSource Open(string folder, string extension) => extension switch
    {
        "parquet" => new TableSource(new() { Paths = [folder] }),
        "trg" => new KleineWelleSource(new([folder])),
        _ => new LigoLwSource(new([folder])),
    };
}
