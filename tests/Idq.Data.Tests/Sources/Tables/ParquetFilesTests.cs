using Idq.Data.DuckDb;

namespace Idq.Data.Tests.Tables;

/// <summary>Parquet archives that overlap, grow and vanish.</summary>
public sealed class ParquetFilesTests : IDisposable
{
    static readonly Segment Span = Segment.FromSeconds(1000, 1020);

    readonly TemporaryFolder folder = new();

    string Write(string name, params int[] seconds) => WriteOf("A", name, seconds);

    string WriteOf(string channel, string name, params int[] seconds)
    {
        var builder = new EventTableBuilder(new([channel]), ["snr"]);
        foreach (var second in seconds) builder.Add(0, second * GpsTime.NanosecondsPerSecond, [second]);
        var span = FileSpan.TryParse(name, out var own, out _) ? own : Span;
        TableArchiveFile.Write(builder.Build(span, SegmentList.All), folder.File(name));
        return folder.File(name);
    }

    TableSource Open(long residentRows = 4_000_000) => new(new() { Paths = [folder.Path], ResidentRows = residentRows });

    [Fact]
    public void Rows_that_several_files_hold_stay_once()
    {
        Write("H-X-1000-10.parquet", 1001, 1001, 1005);
        Write("H-X-1000-20.parquet", 1001, 1001, 1005, 1015);
        using (var named = Open()) Assert.Equal(4, Events.Read(named, Span).Count);
        // One file without a span in its name makes them one table, kept in memory or read in blocks.
        Write("plain.parquet", 1005, 1016);
        foreach (var residentRows in new[] { 0, 4_000_000 })
        {
            using var source = Open(residentRows);
            Assert.Equal([1001, 1001, 1005, 1015, 1016], Events.Read(source, Span).Column(0).ToArray());
        }
    }

    [Fact]
    public void A_row_outside_of_the_span_in_the_name_is_an_error_and_one_just_outside_is_not()
    {
        string Copy(string name, string seconds)
        {
            using var database = DuckDatabase.Open();
            using var connection = database.Connect();
            connection.Execute($"COPY (SELECT unnest([{seconds}]) AS time, 'A' AS channel, unnest([{seconds}])::DOUBLE AS snr) "
                + $"TO '{folder.File(name)}'");
            return folder.File(name);
        }

        Copy("H-X-1000-10.parquet", "1001, 1011");
        Copy("H-X-1010-10.parquet", "1012");
        using (var near = Open()) Assert.Equal([1001, 1011, 1012], Events.Read(near, Span).Column(0).ToArray());
        var path = Copy("H-X-1010-10.parquet", "1012, 1500");
        using var source = Open();
        Assert.Equal($"'{path}' has an event at 1500, outside the span [1010, 1020) in its name",
            Assert.Throws<DataException>(() => Events.Read(source, Span)).Message);
    }

    [Fact]
    public void A_file_that_is_not_written_to_its_end_delivers_nothing_until_it_is()
    {
        Write("H-X-1000-10.parquet", 1001);
        var path = Write("H-X-1010-10.parquet", 1011);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        using var source = Open();
        Assert.Contains(path, Assert.Single(source.Warnings), StringComparison.Ordinal);
        Assert.Equal("[[1000, 1010)]", Events.Read(source, Span).Delivered.ToString());
        File.WriteAllBytes(path, bytes);
        Assert.Equal([1001, 1011], Events.Read(source, Span).Column(0).ToArray());
        Write("H-X-1010-10.parquet", 1011, 1012, 1013);
        Assert.Equal([1001, 1011, 1012, 1013], Events.Read(source, Span).Column(0).ToArray());
        File.Delete(path);
        var table = Events.Read(source, Span);
        Assert.Equal((1, "[[1000, 1010)]"), (table.Count, table.Delivered.ToString()));
    }

    [Fact]
    public void A_channel_that_a_later_file_brings_is_one_from_now_on()
    {
        WriteOf("B", "H-X-1000-10.parquet", 1001);
        using var source = Open();
        Assert.Equal([1001], Events.Read(source, Span).Column(0).ToArray());
        WriteOf("A", "H-X-1010-10.parquet", 1011);
        Assert.Equal(["A 1011000000000 1011", "B 1001000000000 1001"], Events.Of(Events.Read(source, Span)));
        Assert.Equal(["A", "B"], source.Channels.Names);
    }

    [Fact]
    public void A_torn_file_without_a_span_in_its_name_is_named()
    {
        var path = Write("plain.parquet", 1001);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        var torn = Assert.Throws<DataException>(() => Open());
        Assert.True(torn.IsTransient);
        Assert.Contains(path, torn.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
