namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker objects as a process.</summary>
public sealed class TrackerObjectsTests
{
    [Fact]
    public async Task Files_and_directories_are_stored_listed_given_back_and_deleted()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        var file = store.Folder.Write("plot.png", "no picture");
        Directory.CreateDirectory(store.Folder.File("config/sub"));
        File.WriteAllText(store.Folder.File("config/a.toml"), "a = 1");
        File.WriteAllText(store.Folder.File("config/sub/b.bak"), "old");

        var put = (await store.JsonAsync("objects", "--run", "aaaa", "--put", file))[0];
        Assert.Equal(
            ("plot.png", "image/png", 10, new string('a', 32)),
            (
                put.GetProperty("name").GetString(),
                put.GetProperty("media_type").GetString(),
                put.GetProperty("bytes").GetInt32(),
                put.GetProperty("run").GetString()
            )
        );
        Assert.Single(
            (
                await store.JsonAsync(
                    "objects",
                    "--experiment",
                    "o4",
                    "--put-archive",
                    store.Folder.File("config"),
                    "--exclude",
                    "**/*.bak"
                )
            ).EnumerateArray()
        );
        Assert.Equal(
            ["config", "plot.png"],
            (await store.JsonAsync("objects")).EnumerateArray().Select(o => o.GetProperty("name").GetString()!)
        );
        Assert.Single((await store.JsonAsync("objects", "--run", "1")).EnumerateArray());

        Assert.NotEmpty(
            (await store.RunAsync("objects", "--run", "1", "--get", "plot.png", "--to", store.Folder.File("back.png"))).Done.Output
        );
        Assert.Equal("no picture", File.ReadAllText(store.Folder.File("back.png")));
        Assert.NotEmpty(
            (await store.RunAsync("objects", "--experiment", "o4", "--get", "config", "--extract-to", store.Folder.File("extracted")))
                .Done
                .Output
        );
        Assert.Equal("a = 1", File.ReadAllText(store.Folder.File("extracted/a.toml")));
        Assert.False(Directory.Exists(store.Folder.File("extracted/sub")));

        Assert.NotEmpty((await store.RunAsync("objects", "--run", "1", "--delete", "plot.png")).Done.Output);
        Assert.Equal("config", Assert.Single((await store.JsonAsync("objects")).EnumerateArray()).GetProperty("name").GetString());
        Assert.Single(Directory.GetFiles(store.Path + ".objects", "*", SearchOption.AllDirectories), f => Path.GetFileName(f) != "store");
    }

    [Fact]
    public async Task An_export_carries_objects_when_it_is_told_to_and_else_says_that_they_stay()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        Assert.NotEmpty((await store.RunAsync("objects", "--run", "1", "--put", store.Folder.Write("x", "x"))).Done.Output);
        Assert.Contains(
            "1 object stays behind",
            (await store.RunAsync("export", store.Folder.File("a.jsonl"))).Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--artifacts",
            (await store.RunAsync("export", store.Folder.File("a.jsonl"), "--with-artifacts")).Refused.Errors,
            StringComparison.Ordinal
        );
        var exported = (await store.JsonAsync("export", store.Folder.File("b.zip"), "--with-objects"))[0];
        Assert.Equal(1, exported.GetProperty("objects").GetInt32());
        using var other = new TestStore();
        Assert.Equal(1, (await other.JsonAsync("import", store.Folder.File("b.zip")))[0].GetProperty("objects").GetInt32());
        Assert.NotEmpty((await other.RunAsync("objects", "--run", "1", "--get", "x", "--to", other.Folder.File("back"))).Done.Output);
        Assert.Equal("x", await File.ReadAllTextAsync(other.Folder.File("back")));
        using var third = new TestStore();
        Assert.Equal(1, (await third.JsonAsync("import", store.Location, "--with-objects"))[0].GetProperty("objects").GetInt32());
    }

    [Fact]
    public async Task Wrong_usage_is_told_in_plain_words()
    {
        using var store = new TestStore();
        Assert.NotEmpty((await store.RunAsync("import", store.Sample())).Done.Output);
        var file = store.Folder.Write("x", "x");
        Assert.Contains("--run", (await store.RunAsync("objects", "--put", file)).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--to", (await store.RunAsync("objects", "--run", "1", "--get", "x")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "at a time",
            (await store.RunAsync("objects", "--run", "1", "--get", "x", "--delete", "x")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'nothing'",
            (await store.RunAsync("objects", "--run", "1", "--delete", "nothing")).Failed.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'o5'",
            (await store.RunAsync("objects", "--experiment", "o5", "--put", file)).Failed.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nowhere",
            (await store.RunAsync("objects", "--run", "1", "--put", store.Folder.File("nowhere"))).Failed.Errors,
            StringComparison.Ordinal
        );
    }
}
