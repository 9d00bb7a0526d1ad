namespace Idq.Data.Tests.Files;

public sealed class EventTextTests
{
    [Theory]
    [InlineData("a.trg")]
    [InlineData("a.trg.gz")]
    [InlineData("a.xml")]
    [InlineData("a.xml.gz")]
    public void A_file_that_was_not_finished_is_not_there_and_the_one_before_stays(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(name);
        var builder = new EventTableBuilder(new(["H1:A"]), ["snr"]);
        builder.Add(0, 1005 * GpsTime.NanosecondsPerSecond, [5]);
        var table = builder.Build(Segment.FromSeconds(1000, 1010), SegmentList.All);
        void Write(bool isStopped)
        {
            if (name.StartsWith("a.trg", StringComparison.Ordinal)) KleineWelleWriter.Write(table, path, new(isStopped));
            else LigoLwWriter.Write(table, path, new(isStopped));
        }

        Assert.Throws<OperationCanceledException>(() => Write(isStopped: true));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Write(isStopped: false);
        var whole = File.ReadAllBytes(path);
        Assert.Throws<OperationCanceledException>(() => Write(isStopped: true));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }
}
