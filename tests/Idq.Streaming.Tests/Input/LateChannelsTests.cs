using Idq.Streaming.Tests.Toys;
using Idq.Streaming.Tests.Toys.Source;

namespace Idq.Streaming.Tests.Input;

public sealed class LateChannelsTests
{
    static async Task<(string[] Warnings, int Late)> TrainAsync(params string[] settings)
    {
        using var toys = new ToyRun(settings);
        using var context = toys.Analysis.Context();
        using var job = new TrainJob(context, ToyRun.Range);
        while (job.NextStride() is { } stride) await job.RunAsync(stride, CancellationToken.None);
        return ([.. toys.Analysis.Log.Where(l => l.StartsWith("Warning", StringComparison.Ordinal))], job.Input.LateChannels);
    }

    [Fact]
    public async Task A_channel_that_comes_later_is_named_once_and_counted()
    {
        var (warnings, late) = await TrainAsync();
        Assert.Equal(1, late);
        Assert.Contains($"list them in [features] channels to have them known from the start: {ToyLog.Late}", Assert.Single(warnings));
    }

    [Theory]
    [InlineData("H1:AUX " + ToyLog.Witness + " " + ToyLog.Late)]
    [InlineData("H1:AUX " + ToyLog.Witness)]
    public async Task With_a_list_of_channels_none_is_unexpected(string channels)
    {
        var (warnings, late) = await TrainAsync("features:channels=" + channels, "features:missing_channels=ignore");
        Assert.Equal(0, late);
        Assert.Empty(warnings);
    }
}
