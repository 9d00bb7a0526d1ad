namespace Idq.Streaming.Tests.Configurations;

public sealed class ConfigurationTextTests
{
    const string Ini = "[train stream]\nstride = 64\ndelay =\n[my_ovl]\nmetric = vsig";

    [Fact]
    public void The_environment_overrides_the_file_and_a_setting_overrides_both()
    {
        var environment = new Dictionary<string, string> { ["STREAM__TRAIN_STREAM__STRIDE"] = "32", ["STREAM__TRAIN_STREAM__DELAY"] = "4" };
        Assert.Equal(new ConfigurationValue("64", "/analysis/test.ini", 2), Texts.Layered(Ini).Find("train stream", "stride"));
        Assert.Equal(
            new ConfigurationValue("32", "environment", null),
            Texts.Layered(Ini, environment: environment).Find("train stream", "stride")
        );
        var all = Texts.Layered(Ini, ["train stream:stride=8", "train stream:stride = 16 "], environment);
        Assert.Equal(new ConfigurationValue("16", "--set", null), all.Find("Train Stream", "STRIDE"));
        Assert.Equal("4", all.Find("train stream", "delay")!.Value);
    }

    [Fact]
    public void An_environment_variable_reaches_a_section_whose_name_has_underscores() =>
        Assert.Equal(
            "useP",
            Texts.Layered(Ini, environment: new() { ["STREAM__MY_OVL__METRIC"] = "useP" }).Find("my_ovl", "metric")!.Value
        );

    [Fact]
    public void An_environment_variable_reaches_a_section_that_the_file_does_not_have() =>
        Assert.Equal(
            "2",
            Texts.Layered(Ini, environment: new() { ["STREAM__EVALUATE_STREAM__STRIDE"] = "2" }).Find("evaluate stream", "stride")!.Value
        );

    [Theory]
    [InlineData("PATH")]
    [InlineData("STREAM_TRAIN_STREAM_STRIDE")]
    [InlineData("STREAM__STRIDE")]
    [InlineData("OTHER__TRAIN_STREAM__STRIDE")]
    [InlineData("STREAM__A__B__C")]
    public void Other_variables_are_left_alone(string name)
    {
        var text = Texts.Layered(Ini, environment: new() { [name] = "1" });
        Assert.Equal("64", text.Find("train stream", "stride")!.Value);
        Assert.Equal(3, text.Given().Count());
        Assert.Empty(text.Problems);
    }

    [Fact]
    public void An_empty_value_is_not_given_and_an_empty_setting_takes_a_value_back()
    {
        Assert.Null(Texts.Layered(Ini).Find("train stream", "delay"));
        Assert.Null(Texts.Layered(Ini, ["train stream:stride="]).Find("train stream", "stride"));
    }

    [Theory]
    [InlineData("stride=8")]
    [InlineData("train stream:stride")]
    [InlineData(":stride=8")]
    [InlineData("train stream: =8")]
    [InlineData("")]
    public void What_is_no_setting_is_a_problem(string setting)
    {
        var problem = Assert.Single(Texts.Layered(Ini, [setting]).Problems);
        Assert.Equal(
            ("--set", $"'{setting}' is no setting", "write --set \"section:key=value\""),
            (problem.File, problem.Message, problem.Suggestion)
        );
    }

    [Fact]
    public void A_value_may_hold_colons_and_equals_signs() =>
        Assert.Equal("H1:A:1=x", Texts.Layered(Ini, ["segdb:intersect=H1:A:1=x"]).Find("segdb", "intersect")!.Value);

    [Fact]
    public void A_section_is_there_when_the_file_or_an_override_names_it()
    {
        var text = Texts.Layered(Ini, ["batch:num_bins=2"], new() { ["STREAM__TIMESERIES__SRATE"] = "16" });
        Assert.True(text.Has("TRAIN STREAM"));
        Assert.True(text.Has("batch"));
        Assert.True(text.Has("timeseries"));
        Assert.False(text.Has("evaluate"));
    }

    [Fact]
    public void Paths_are_relative_to_the_file() => Assert.Equal("/analysis", Texts.Layered(Ini).Folder);

    [Fact]
    public void Trouble_with_the_form_of_the_file_is_passed_on() =>
        Assert.Equal([1, 4], Texts.Layered("stray = 1\n[a]\nb = 1\nB = 2").Problems.Select(p => p.Line ?? 0));

    [Fact]
    public void All_layers_are_one_configuration_for_whoever_reads_only_values()
    {
        var values = Texts.Layered(Ini, ["batch:num_bins=2"], new() { ["STREAM__MY_OVL__METRIC"] = "useP" }).Values;
        Assert.Equal(("64", "useP", "2"), (values["Train Stream:stride"], values["my_ovl:metric"], values["batch:num_bins"]));
    }

    [Fact]
    public void A_key_that_is_overridden_twice_is_given_once_and_by_the_last_layer()
    {
        var text = Texts.Layered(Ini, ["MY_OVL:metric=eff_by_dt"], new() { ["STREAM__MY_OVL__METRIC"] = "useP" });
        Assert.Equal(
            [("vsig", "/analysis/test.ini"), ("eff_by_dt", "--set")],
            text.Given().Where(g => g.Key.Equals("metric", StringComparison.OrdinalIgnoreCase)).Select(g => (g.Value.Value, g.Value.File))
        );
    }
}
