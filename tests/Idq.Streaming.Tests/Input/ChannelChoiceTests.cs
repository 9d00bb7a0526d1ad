using Idq.Learning;
using Idq.Streaming.Tests.Configurations;

namespace Idq.Streaming.Tests.Input;

public sealed class ChannelChoiceTests : IDisposable
{
    static readonly ChannelDictionary Source = new(["H1:B", "H1:A", "H1:TARGET", "H1:INJ"]);

    readonly TemporaryFolder folder = new();

    public ChannelChoiceTests()
    {
        folder.Write("channels.ini", Analysis.Channels);
        folder.Write("list.txt", "H1:B safe\nH1:A\nH1:INJ unsafe\nH1:TARGET safe\n");
        folder.Write("labels.csv", "time,label\n1,1\n");
    }

    WitnessChannels Choose(params string[] settings) =>
        ChannelChoice.Of(Texts.Read(Texts.Least, settings, path: folder.File("test.ini")), Source);

    [Fact]
    public void Without_a_list_all_channels_but_the_target_may_be_used()
    {
        var choice = Choose();
        Assert.Equal(["H1:A", "H1:B", "H1:INJ"], choice.Usable);
        Assert.Equal(["H1:TARGET"], choice.Excluded);
    }

    [Fact]
    public void An_unsafe_channel_and_the_target_are_never_used_even_when_they_are_listed()
    {
        var choice = Choose("features:channels=list.txt");
        Assert.Equal(["H1:A", "H1:B"], choice.Usable);
        Assert.Equal(["H1:INJ", "H1:TARGET"], choice.Excluded);
    }

    [Fact]
    public void With_labels_every_channel_may_be_used() =>
        Assert.Equal(["H1:A", "H1:B", "H1:INJ", "H1:TARGET"], Choose("samples:target_channel=", "samples:labels=labels.csv").Usable);

    [Fact]
    public void Missing_channels_come_all_at_once_with_suggestions()
    {
        var e = Assert.Throws<ConfigurationException>(() => Choose("samples:target_channel=H1:TARGETS", "features:channels=H1:A H1:C"));
        Assert.Equal(
            [
                ("target_channel", "the source has no channel 'H1:TARGETS'", "did you mean 'H1:TARGET'?"),
                ("channels", "the source has no channel 'H1:C'", "did you mean 'H1:A'?"),
            ],
            e.Problems.Select(p => (p.Key!, p.Message, p.Suggestion))
        );
        Assert.All(e.Problems, p => Assert.Equal("--set", p.File));
    }

    [Fact]
    public void A_listed_channel_may_come_later_when_that_is_said_and_the_target_may_not()
    {
        Assert.Equal(["H1:A", "H1:C"], Choose("features:channels=H1:A H1:C", "features:missing_channels=ignore").Usable);
        Assert.Throws<ConfigurationException>(() => Choose("samples:target_channel=H1:GONE", "features:missing_channels=ignore"));
    }

    public void Dispose() => folder.Dispose();
}
