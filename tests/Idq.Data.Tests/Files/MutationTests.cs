using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Files;

/// <summary>Files that went wrong somewhere: readers either read them or say what is wrong, and nothing else.</summary>
public sealed class MutationTests
{
    static void EveryMutationIsReadOrExplained(string name, string text, Action<string> read, int mutations = 300)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var folder = new TemporaryFolder();
        read(folder.Write(name, text));
        var mutation =
            from kind in Gen.Choose(0, 3)
            from at in Gen.Choose(0, bytes.Length - 1)
            from length in Gen.Choose(1, 20)
            from value in Gen.Choose(0, 255)
            select (kind, at, length, value);
        Prop.ForAll(mutation.ToArbitrary(), m =>
        {
            var end = Math.Min(bytes.Length, m.at + m.length);
            byte[] mutated = m.kind switch
            {
                0 => bytes[..m.at],
                1 => [.. bytes[..m.at], .. bytes[end..]],
                2 => [.. bytes[..m.at], (byte)m.value, .. bytes[m.at..]],
                _ => [.. bytes[..m.at], (byte)m.value, .. bytes[(m.at + 1)..]],
            };
            File.WriteAllBytes(folder.File(name), mutated);
            try
            {
                read(folder.File(name));
            }
            catch (DataException e)
            {
                return e.Message.Length > 0;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(mutations));
    }

    [Fact]
    public void Segment_text() =>
        EveryMutationIsReadOrExplained(
            "s.txt",
            "# seg start stop duration\n0 10 20 10\n1 30.5 40 9.5\n2 50 inf inf\n",
            p => SegmentFile.Read(p)
        );

    [Fact]
    public void Segment_JSON() =>
        EveryMutationIsReadOrExplained(
            "s.json",
            """
            [{"ifo": "H1", "name": "A", "version": 1, "known": [[0, 100.25]], "active": [[10, 20], ["-inf", "5.000000001"]]},
            {"ifo": "H1", "name": "A", "version": 2, "known": [], "active": []}]
            """,
            p => SegmentFile.Read(p, "H1:A")
        );

    [Fact]
    public void Segment_tables() =>
        EveryMutationIsReadOrExplained(
            "s.xml",
            """
            <LIGO_LW><Table Name="segment_definer:table"><Column Name="segment_def_id" Type="int_8s"/><Column Name="ifos" Type="lstring"/>
            <Column Name="name" Type="lstring"/><Column Name="version" Type="int_4s"/>
            <Stream Name="segment_definer:table" Delimiter="," Type="Local">0,"H1","A",1,</Stream></Table>
            <Table Name="segment:table"><Column Name="start_time" Type="int_4s"/><Column Name="start_time_ns" Type="int_4s"/>
            <Column Name="end_time" Type="int_4s"/><Column Name="segment_def_id" Type="int_8s"/>
            <Stream Name="segment:table" Delimiter="," Type="Local">1,500000000,2,0,5,,6,0</Stream></Table></LIGO_LW>
            """,
            p => SegmentFile.Read(p)
        );

    [Fact]
    public void Burst_tables() =>
        EveryMutationIsReadOrExplained(
            "b.xml",
            """
            <?xml version='1.0' encoding='utf-8'?>
            <!DOCTYPE LIGO_LW SYSTEM "http://nowhere.invalid/x.txt">
            <LIGO_LW><Table Name="sngl_burst:table"><Column Name="ifo" Type="lstring"/><Column Name="channel" Type="lstring"/>
            <Column Name="peak_time" Type="int_4s"/><Column Name="peak_time_ns" Type="int_4s"/><Column Name="snr" Type="real_4"/>
            <Stream Name="sngl_burst:table" Delimiter="," Type="Local">"H1","A &amp; B",5,1,7.5,
            "H1",,6,,</Stream></Table></LIGO_LW>
            """,
            p =>
            {
                using var source = new LigoLwSource(new([p]));
                Events.Read(source, Segment.All);
            }
        );

    [Fact]
    public void KleineWelle_lines() => EveryMutationIsReadOrExplained("H-KW-1000-32.trg",
        "# tstart tstop tcent\n1001.0 1001.5 1001.25 100 1e-20 21.28 10 19.34 H1:A\n1002 1003 1002.5 50.5 1 2 3 4 H1:B\n", p =>
        {
            using var source = new KleineWelleSource(new([p]));
            Events.Read(source, Segment.FromSeconds(1000, 1032));
        });

    [Fact]
    public void Tables_in_CSV() =>
        EveryMutationIsReadOrExplained("t.csv", "time,channel,snr\n1126000000.5,A,7\n1126000001.25,B,8.5\n", p =>
        {
            using var source = new TableSource(new() { Paths = [p], Columns = [new("snr")] });
            Events.Read(source, Segment.All);
        }, mutations: 60);

    [Fact]
    public void Labels_in_CSV() => EveryMutationIsReadOrExplained(
        "l.csv", "time,label\n1126000000.5,0\n1126000001.25,1\n", p => LabelledTimes.Read(p), mutations: 60);

    [Fact]
    public void Mock_definitions() => EveryMutationIsReadOrExplained("m.ini", """
        [mock]
        outages = 10 20
        [stream s]
        rate = 0.1
        snr distribution = pareto 3 0 8
        frequency distribution = loguniform 16 2048
        witnesses = A efficiency=0.9 jitter_time=0.1 jitter_snr=0.1
        [channel A]
        rate = 1
        snr distribution = gamma 2 5
        frequency distribution = uniform 1 5
        [channels B{0:D2}]
        count = 3
        rate = 0
        """, p =>
    {
        using var source = new MockSource(p, 1);
        Events.Read(source, Segment.FromSeconds(5, 8));
    });
}
