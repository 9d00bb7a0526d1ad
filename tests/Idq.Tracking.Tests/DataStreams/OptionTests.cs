namespace Idq.Tracking.Tests;

public sealed class OptionTests
{
    static readonly DataStreamOptions Other = new DataStreamOptions().With(
        new("datastream.kind", "INET"),
        new("srv_address", "a:1"),
        new("cli_address", "b:2"),
        new("cli_throttle_send", "0.001"),
        new("srv_throttle_recv", "0.0001"),
        new("srv_throttle_persist", "1"),
        new("disable", "true"),
        new("compression", "zlib"),
        new("cli_overflow", "block"),
        new("cli_spool", "x"),
        new("limit_inet", "1400"),
        new("stream", "false")
    );

    [Fact]
    public void Options_are_set_by_the_names_that_users_know()
    {
        Assert.Equal(
            new DataStreamOptions
            {
                Kind = DataStreamKind.Inet,
                SrvAddress = "a:1",
                CliAddress = "b:2",
                CliThrottleSend = TimeSpan.FromMilliseconds(1),
                SrvThrottleRecv = TimeSpan.FromMilliseconds(0.1),
                SrvThrottlePersist = TimeSpan.FromSeconds(1),
                Disable = true,
                Compress = true,
                CliOverflow = StreamOverflow.Block,
                CliSpool = "x",
                LimitInet = 1400,
                Stream = false,
            },
            Other);
        Assert.Equal(1400, Other.DatagramLimit);
        Assert.Equal(4096, new DataStreamOptions().DatagramLimit);
    }

    [Fact]
    public void Options_reach_a_worker_through_its_environment_without_the_key()
    {
        var environment = (Other with { Key = "secret"u8.ToArray() }).ToEnvironment();
        Assert.Equal("INET", environment["DATASTREAM_KIND"]);
        Assert.DoesNotContain(environment.Values, value => value.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(Other, new DataStreamOptions().WithEnvironment(environment.GetValueOrDefault));
        Assert.Equal(new DataStreamOptions(), new DataStreamOptions().WithEnvironment(_ => null));
    }

    [Fact]
    public async Task A_scope_holds_for_what_it_starts_and_ends_when_it_is_disposed()
    {
        Assert.Equal(DataStreamOptions.Default, DataStreamOptions.Current);
        Task<DataStreamOptions> inside;
        using (DataStreamOptions.Use(Other))
        {
            using (DataStreamOptions.Use(Other with { LimitInet = 900 })) Assert.Equal(900, DataStreamOptions.Current.LimitInet);
            inside = Task.Run(async () =>
            {
                await Task.Delay(20);
                return DataStreamOptions.Current;
            });
            Assert.Equal(Other, DataStreamOptions.Current);
        }

        Assert.Equal(DataStreamOptions.Default, DataStreamOptions.Current);
        Assert.Equal(Other, await inside);
    }

    [Theory]
    [InlineData("kind", "unix")]
    [InlineData("kindness", "UNIX")]
    [InlineData("limit_inet", "70000")]
    [InlineData("cli_throttle_send", "-1")]
    [InlineData("cli_throttle_send", "soon")]
    [InlineData("cli_overflow", "explode")]
    [InlineData("srv_queue", "0")]
    [InlineData("srv_address", "")]
    public void Wrong_options_are_refused_by_name(string name, string value)
    {
        var e = Assert.Throws<DataStreamException>(() => new DataStreamOptions().With(KeyValuePair.Create(name, value)));
        Assert.Equal(DataStreamFailure.InvalidOption, e.Failure);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
    }
}
