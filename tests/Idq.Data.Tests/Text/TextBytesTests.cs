using System.IO.Compression;
using System.Text;

namespace Idq.Data.Tests.Text;

public sealed class TextBytesTests
{
    static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * i % 251))];

    static void Zip(string path, byte[] content)
    {
        using var gzip = new GZipStream(new FileStream(path, FileMode.Append), CompressionLevel.Fastest);
        gzip.Write(content);
    }

    [Fact]
    public void Plain_and_compressed_bytes_are_the_same_whatever_the_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("plain.gz"), Content);
        Zip(folder.File("zipped.txt"), Content);
        Assert.Equal(Content, TextBytes.ReadAll(folder.File("plain.gz")));
        Assert.Equal(Content, TextBytes.ReadAll(folder.File("zipped.txt")));
    }

    [Fact]
    public void Compressed_files_that_were_put_together_are_read_to_the_end()
    {
        using var folder = new TemporaryFolder();
        Zip(folder.File("a.gz"), Content);
        Zip(folder.File("a.gz"), [1, 2, 3]);
        Assert.Equal([.. Content, 1, 2, 3], TextBytes.ReadAll(folder.File("a.gz")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1000)]
    public void A_torn_compressed_file_is_an_error(int missing)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.gz");
        Zip(path, Content);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^missing]);
        Assert.Contains(path, Assert.Throws<DataException>(() => TextBytes.ReadAll(path)).Message);
    }

    [Fact]
    public void Short_and_empty_files_are_what_they_are()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(TextBytes.ReadAll(folder.Write("empty", "")));
        Assert.Equal("x"u8.ToArray(), TextBytes.ReadAll(folder.Write("one", "x")));
    }

    [Fact]
    public void A_missing_file_is_named_and_a_folder_is_no_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("/nonexistent/x", Assert.Throws<DataException>(() => TextBytes.ReadAll("/nonexistent/x")).Message);
        Assert.Contains(folder.Path, Assert.Throws<DataException>(() => TextBytes.Open(folder.Path)).Message);
    }

    [Fact]
    public void A_text_has_no_mark_and_its_lines_end_in_line_feeds()
    {
        using var folder = new TemporaryFolder();
        string Read(byte[] bytes)
        {
            File.WriteAllBytes(folder.File("text"), bytes);
            return Encoding.UTF8.GetString(TextBytes.ReadText(folder.File("text")));
        }

        Assert.Equal("a\nb\n", Read([0xEF, 0xBB, 0xBF, .. "a\nb\n"u8]));
        Assert.Equal("a\nb\n", Read("a\rb\r"u8.ToArray()));
        Assert.Equal("a\r\nb\r", Read("a\r\nb\r"u8.ToArray()));
        Assert.Equal("", Read([]));
        Assert.Contains("UTF-16", Assert.Throws<DataException>(() => Read(Encoding.Unicode.GetPreamble())).Message);
    }
}
