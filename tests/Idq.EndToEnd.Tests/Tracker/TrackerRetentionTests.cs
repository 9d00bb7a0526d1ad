namespace Idq.EndToEnd.Tests.Tracker;

/// <summary>stream tracker thin and series as processes.</summary>
public sealed class TrackerRetentionTests
{
    [Fact]
    public async Task Old_points_are_thinned_and_the_series_says_the_same_as_before()
    {
        using var store = new TestStore();
        var points = string.Join(',', Enumerable.Range(0, 600).Select(i => $"[{i},{1_600_000_000_000 + (i * 1000L)},{i}]"));
        var file = store.Folder.Write("old.jsonl", $$"""
            {"record":"header","format":"tracker-export","version":1}
            {"record":"experiment","name":"e","created":"2020-01-02T03:04:05.000000Z"}
            {"record":"run","uid":"{{new string(
                'a',
                32
            )}}","experiment":"e","name":"one","status":"COMPLETED","created":"2020-01-02T03:04:06.000000Z"}
            {"record":"history","run":"{{new string('a', 32)}}","key":"loss","points":[{{points}}]}
            {"record":"end","records":3}

            """);
        Assert.Equal(600, (await store.JsonAsync("import", file))[0].GetProperty("history_points").GetInt32());
        var before = (await store.RunAsync("series", "aaaa", "loss", "--buckets", "1")).Done.Output;
        var told = (await store.JsonAsync("thin", "--rule", "30d:1m", "--dry-run"))[0];
        Assert.Equal("would be thinned", told.GetProperty("status").GetString());
        var thinned = Assert.Single((await store.JsonAsync("thin", "--rule", "30d:1m")).EnumerateArray());
        Assert.Equal(
            ("thinned", told.GetProperty("points").GetInt32()),
            (thinned.GetProperty("status").GetString(), thinned.GetProperty("points").GetInt32())
        );
        Assert.Equal(before.Split('\n')[0], (await store.RunAsync("series", "aaaa", "loss", "--buckets", "1")).Done.Output.Split('\n')[0]);
        var after = (await store.JsonAsync("series", "aaaa", "loss", "--buckets", "1"))[0];
        Assert.Equal(
            (600, 0.0, 599.0, 299.5),
            (
                after.GetProperty("count").GetInt32(),
                after.GetProperty("least").GetDouble(),
                after.GetProperty("greatest").GetDouble(),
                after.GetProperty("mean").GetDouble()
            )
        );
        Assert.Equal("thin", (await store.JsonAsync("sql", "SELECT action FROM audit"))[0].GetProperty("action").GetString());
        Assert.Equal(4, (await store.JsonAsync("series", "1", "loss", "--axis", "step", "--to", "240", "--buckets", "4")).GetArrayLength());
        Assert.True((await store.RunAsync("show", "aaaa")).Done.Output.Count(c => c == '•') > 5);

        Assert.Contains("30d", (await store.RunAsync("thin", "--rule", "30d")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains("soon", (await store.RunAsync("thin", "--rule", "soon:1m")).Refused.Errors, StringComparison.Ordinal);
        Assert.Contains(
            "yesterday",
            (await store.RunAsync("series", "1", "loss", "--from", "yesterday")).Refused.Errors,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'o5'",
            (await store.RunAsync("thin", "--rule", "30d:1m", "--experiment", "o5")).Failed.Errors,
            StringComparison.Ordinal
        );
    }
}
