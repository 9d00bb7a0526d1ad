using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Data.Tests.Tables;

public sealed class ChannelIndexTests
{
    [Fact]
    public void Every_name_finds_its_channel_and_no_other_does() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string[]>(),
                ArbMap.Default.ArbFor<string>(),
                (names, other) =>
                {
                    var channels = new ChannelDictionary(names.Select(n => Clean(n)));
                    var index = new ChannelIndex(channels);
                    return channels.Names.All(n => index.Find(Encoding.UTF8.GetBytes(n)) == channels.Find(n))
                        && index.Find(Encoding.UTF8.GetBytes(Clean(other))) == channels.Find(Clean(other));

                    // A lone surrogate has no UTF-8 of its own.
                    static string Clean(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
                }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_that_differ_in_one_place_are_told_apart()
    {
        var channels = new ChannelDictionary(Enumerable.Range(0, 10_000).Select(i => $"H1:AUX-{i:D5}_MIDDLE_{i % 10}_OUT_DQ"));
        var index = new ChannelIndex(channels);
        Assert.All(channels.Names, (n, i) => Assert.Equal(i, index.Find(Encoding.UTF8.GetBytes(n))));
        Assert.Equal(-1, index.Find("H1:AUX-00000_MIDDLE_1_OUT_DQ"u8));
    }
}
