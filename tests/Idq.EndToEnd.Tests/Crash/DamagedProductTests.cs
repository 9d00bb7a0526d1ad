namespace Idq.EndToEnd.Tests.Crash;

/// <summary>Products that were lost or changed behind the program's back are told in plain words, not computed with.</summary>
public sealed class DamagedProductTests
{
    static readonly string[] Range = ["--gps-start", "1262304000", "--gps-end", "1262304160", "--quiet"];

    [Fact]
    public async Task A_model_that_is_changed_or_gone_is_told_with_its_name_and_the_one_before_it_stands_in()
    {
        using var analysis = await TrainedAsync();
        var path = await NewestAsync(analysis, "model");
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("H1:SUS-ETMX_L2", "H1:SUS-ETMY_L2", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(path), (await analysis.RunAsync("evaluate", Range)).Done.Errors, StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains(Path.GetFileName(path), (await analysis.RunAsync("timeseries", Range)).Done.Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, text);
        await analysis.AssertRegisteredAsync();
        foreach (var kind in new[] { "quiver", "series" })
        {
            var made = await analysis.JsonAsync(
                "query", $"SELECT count(*) AS n FROM products WHERE kind = '{kind}' AND nickname = 'linear' AND len(parents) > 0");
            Assert.Equal(20, made[0].GetProperty("n").GetInt32());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_quiver_that_is_gone_or_damaged_is_left_out_of_calibration_and_of_queries_and_named(bool isGone)
    {
        using var analysis = await TrainedAsync();
        _ = (await analysis.RunAsync("evaluate", Range)).Done;
        var path = await NewestAsync(analysis, "quiver");
        var bytes = await File.ReadAllBytesAsync(path);
        if (isGone) File.Delete(path);
        else await File.WriteAllBytesAsync(path, new byte[bytes.Length]);
        Assert.Contains(path, (await analysis.RunAsync("calibrate", Range)).Done.Errors, StringComparison.Ordinal);
        var answer = (await analysis.RunAsync("query", "SELECT nickname, count(*), sum(rank) FROM quivers GROUP BY 1")).Done;
        Assert.Contains("the answer lacks the rows of 1 files", answer.Errors, StringComparison.Ordinal);
        Assert.Contains(path, answer.Errors, StringComparison.Ordinal);
        Assert.Contains("linear", answer.Output, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(path, bytes);
        await analysis.AssertRegisteredAsync();
    }

    [Fact]
    public async Task A_store_that_is_none_is_refused_and_left_alone()
    {
        using var analysis = Analysis.Mock();
        Directory.CreateDirectory(analysis.Root);
        var store = Path.Combine(analysis.Root, "mock.sqlite");
        await File.WriteAllTextAsync(store, "my diary\n");
        foreach (var command in new[] { "products", "train" })
            Assert.Contains(
                "mock.sqlite",
                (await analysis.RunAsync(command, command == "train" ? Range : [])).Failed.Errors,
                StringComparison.Ordinal
            );
        Assert.Equal("my diary\n", await File.ReadAllTextAsync(store));
    }

    static async Task<Analysis> TrainedAsync()
    {
        var analysis = Analysis.Mock("train stream:min_new_samples=60", "calibrate:min_new_samples=20", "calibrate:min_samples=1");
        _ = (await analysis.RunAsync("train", [.. Range, "--initial-lookback", "640"])).Done;
        return analysis;
    }

    // The newest of them that has rows, of the linear classifier.
    static async Task<string> NewestAsync(Analysis analysis, string kind)
    {
        var rows = await analysis.JsonAsync(
            "query",
            $"SELECT path FROM products WHERE kind = '{kind}' AND nickname = 'linear' AND attributes NOT LIKE '%\"rows\":0%' "
            + "ORDER BY seq DESC LIMIT 1"
        );
        return Path.Combine(analysis.Products, rows[0].GetProperty("path").GetString()!);
    }
}
