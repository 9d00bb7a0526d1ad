namespace Idq.EndToEnd.Tests.Replay;

/// <summary>A replay that is told to stop ends cleanly, and goes on as if it had not been.</summary>
public sealed class InterruptedReplayTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_replay_that_is_stopped_and_asked_again_writes_the_bytes_of_an_undisturbed_one(string signal)
    {
        string[] arguments =
        [
            "--replay",
            "--gps-start",
            "1262304000",
            "--gps-end",
            "1262304400",
            "--initial-lookback",
            "640",
            "--output",
            "json",
        ];
        string[] settings =
        [
            "train stream:min_new_samples=40",
            "calibrate:min_new_samples=30",
            "calibrate:min_samples=2",
            "timeseries:srate=16",
        ];
        using var undisturbed = Analysis.Mock(settings);
        using var stopped = Analysis.Mock(settings);
        var whole = (await undisturbed.RunAsync("run", arguments)).Done.Json;

        using var running = stopped.Start("run", arguments);
        while (!running.HasEnded && stopped.CountFiles() < 100) await Task.Delay(5);
        await running.InterruptAsync(signal);
        var first = (await running.EndAsync()).Expect(130).Json;
        Assert.InRange(first.GetProperty("strides").GetProperty("done").GetInt32(), 1, 49);
        await stopped.AssertRegisteredAsync();

        var second = (await stopped.RunAsync("run", arguments)).Done.Json;
        Assert.Equal(
            50,
            first.GetProperty("strides").GetProperty("done").GetInt32() + second.GetProperty("strides").GetProperty("done").GetInt32()
        );
        Assert.Equal(whole.GetProperty("classifiers").ToString(), second.GetProperty("classifiers").ToString());
        Assert.Equal(undisturbed.Files(), stopped.Files());
        Assert.Equal(await undisturbed.LedgerAsync(), await stopped.LedgerAsync());
    }
}
