using System.Security.Cryptography;
using System.Text;
using Idq.Data;
using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Products;

public sealed class ProductStageTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly ProductPath paths;

    public ProductStageTests() => paths = Texts.Read(Texts.Least, [$"general:rootdir={folder.Path}"]).General.Paths;

    static StagedProduct Write(ProductStage stage, string text, string nickname = "ovl") =>
        stage.Write("quiver", nickname, Gps.Seg(0, 8), "parquet", [3, 4], "{\"rows\":1}", path => File.WriteAllText(path, text));

    [Fact]
    public void A_product_is_invisible_until_it_is_published_whole()
    {
        using var stage = new ProductStage(paths, "evaluate");
        var staged = Write(stage, "rows");
        Assert.False(Directory.Exists(paths.Root));
        Assert.True(File.Exists(staged.TemporaryPath));
        stage.Publish([staged]);
        Assert.Equal("rows", File.ReadAllText(paths.Absolute(staged.Draft.Path)));
        Assert.False(File.Exists(staged.TemporaryPath));
    }

    [Fact]
    public void The_draft_says_what_the_file_is()
    {
        using var stage = new ProductStage(paths, "evaluate");
        var draft = Write(stage, "rows").Draft;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("rows"))), draft.Sha256);
        Assert.Equal(("quiver", "ovl", "evaluate", "{\"rows\":1}"), (draft.Kind, draft.Nickname, draft.Job, draft.Attributes));
        Assert.Equal((Gps.At(0).Nanoseconds, Gps.At(8).Nanoseconds), (draft.StartNs, draft.EndNs));
        Assert.Equal([3, 4], draft.Parents);
        Assert.Equal(paths.Relative("evaluate", "ovl", "quiver", Gps.Seg(0, 8), "parquet"), draft.Path);
    }

    [Fact]
    public void What_a_crash_left_under_the_final_name_is_replaced()
    {
        using var stage = new ProductStage(paths, "evaluate");
        stage.Publish([Write(stage, "torn")]);
        var again = Write(stage, "whole");
        stage.Publish([again]);
        Assert.Equal("whole", File.ReadAllText(paths.Absolute(again.Draft.Path)));
    }

    [Fact]
    public void What_a_crash_left_in_the_staging_folder_is_removed()
    {
        var leftover = Path.Combine(paths.Staging, "evaluate", "7.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(leftover)!);
        File.WriteAllText(leftover, "half");
        using var stage = new ProductStage(paths, "evaluate");
        Assert.False(File.Exists(leftover));
        Assert.True(File.Exists(Write(stage, "x").TemporaryPath));
    }

    [Fact]
    public void The_same_job_cannot_run_twice_and_another_can()
    {
        using (var first = new ProductStage(paths, "evaluate"))
        {
            var staged = Write(first, "mine");
            var e = Assert.Throws<JobInUseException>(() => new ProductStage(paths, "evaluate"));
            Assert.Contains("'evaluate'", e.Message, StringComparison.Ordinal);
            Assert.Contains("another tag", e.Message, StringComparison.Ordinal);
            Assert.True(File.Exists(staged.TemporaryPath), "the refused one must not clear the stage of the other");
            using var other = new ProductStage(paths, "train");
        }
        using var later = new ProductStage(paths, "evaluate");
    }

    [Fact]
    public async Task Who_takes_the_stage_next_finds_it_empty_and_keeps_what_he_puts_there()
    {
        // Another process that waits for the lock, and begins as soon as it has it.
        for (var round = 0; round < 20; round++)
        {
            var first = new ProductStage(paths, "evaluate");
            Write(first, "the first one's");
            var second = Task.Run(() =>
            {
                while (true)
                {
                    try
                    {
                        return new ProductStage(paths, "evaluate");
                    }
                    catch (JobInUseException)
                    {
                        Thread.Yield();
                    }
                }
            });
            first.Dispose();
            using var stage = await second;
            Assert.True(File.Exists(Write(stage, "mine").TemporaryPath));
            Assert.Single(Directory.GetFiles(Path.Combine(paths.Staging, "evaluate")));
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_flushed_is_an_error_that_names_it()
    {
        var missing = Path.Combine(folder.Path, "missing");
        Assert.Contains($"'{missing}'", Assert.Throws<IOException>(() => FolderFlush.Flush(missing)).Message, StringComparison.Ordinal);
        FolderFlush.Create(Path.Combine(missing, "a", "b"));
        FolderFlush.Flush(Path.Combine(missing, "a", "b"));
    }

    [Fact]
    public void Closing_it_leaves_no_temporary_file()
    {
        var stage = new ProductStage(paths, "evaluate");
        var staged = Write(stage, "never published");
        stage.Dispose();
        Assert.False(File.Exists(staged.TemporaryPath));
    }

    [Fact]
    public async Task Products_that_are_written_at_the_same_time_do_not_meet()
    {
        using var stage = new ProductStage(paths, "evaluate");
        var staged = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Write(stage, $"rows {i}", $"c{i}"))));
        Assert.Equal(50, staged.Select(s => s.TemporaryPath).Distinct(StringComparer.Ordinal).Count());
        stage.Publish(staged);
        for (var i = 0; i < 50; i++) Assert.Equal($"rows {i}", File.ReadAllText(paths.Absolute(staged[i].Draft.Path)));
    }

    [Fact]
    public void A_writer_that_fails_leaves_nothing_published()
    {
        using var stage = new ProductStage(paths, "evaluate");
        Assert.Throws<IOException>(() => stage.Write("model", "ovl", Gps.Seg(0, 8), "json", [], "{}", path =>
        {
            File.WriteAllText(path, "half");
            throw new IOException("disk full");
        }));
        Assert.False(Directory.Exists(paths.Root));
    }

    public void Dispose() => folder.Dispose();
}
