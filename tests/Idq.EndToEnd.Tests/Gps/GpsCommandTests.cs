using System.Globalization;
using System.Text.Json;

namespace Idq.EndToEnd.Tests.Gps;

/// <summary>stream gps.</summary>
public sealed class GpsCommandTests
{
    static async Task<JsonElement> JsonAsync(params string[] times) =>
        (await StreamProgram.RunAsync(["gps", "--output", "json", .. times])).Done.Json;

    [SharedFact]
    public async Task Every_gps_string_has_the_value_that_the_reference_parser_gives()
    {
        var cases = File.ReadLines(SharedData.Path("gps", "strings.csv"))
            .Where(l => l[0] == '"').Select(l => l.Split(',').Select(c => c.Trim('"')).ToArray())
            .Where(c => c[3].Length == 0 && c[4] == "0").ToArray();
        var rows = (await StreamProgram.RunAsync(["gps", "-", "--output", "json"], string.Join('\n', cases.Select(c => c[0])))).Done.Json;
        Assert.True(cases.Length >= 25);
        Assert.Equal(cases.Select(c => c[0]), rows.EnumerateArray().Select(r => r.GetProperty("input").GetString()!));
        Assert.Equal(
            cases.Select(c =>
                decimal.Parse(c[1], CultureInfo.InvariantCulture) + decimal.Parse(c[2], CultureInfo.InvariantCulture) / 1_000_000_000m
            ),
            rows.EnumerateArray().Select(r => r.GetProperty("gps").GetDecimal())
        );
    }

    [SharedFact]
    public async Task A_gps_string_with_something_behind_it_or_out_of_range_is_refused_by_name()
    {
        var wrong = File.ReadLines(SharedData.Path("gps", "strings.csv"))
            .Where(l => l[0] == '"').Select(l => l.Split(',').Select(c => c.Trim('"')).ToArray())
            .Where(c => c[3].Length > 0 || c[4] != "0").Select(c => c[0]).Where(s => s != "-").ToArray();
        Assert.True(wrong.Length >= 8);
        foreach (var text in wrong.Where((_, i) => i % 3 == 0))
            Assert.Contains($"'{text}'", (await StreamProgram.RunAsync(["gps", "-"], text)).Refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_with_a_fraction_is_printed_exactly_and_not_as_a_double()
    {
        var row = (await JsonAsync("1126259462.391"))[0];
        Assert.Equal("1126259462.391", row.GetProperty("gps").GetRawText());
        Assert.Equal("2015-09-14T09:50:45.391Z", row.GetProperty("utc").GetString());
        Assert.Equal(17, row.GetProperty("leap_seconds").GetInt32());
    }

    [Theory]
    [InlineData("2015-09-14 09:50:45.391", "1126259462.391")]
    [InlineData("2015-09-14T09:50:45.391", "1126259462.391")]
    [InlineData("2015-09-14T09:50:45.391Z", "1126259462.391")]
    [InlineData("1980-01-06 00:00:00", "0")]
    [InlineData("2016-12-31 23:59:59", "1167264016")]
    [InlineData("2016-12-31 23:59:60", "1167264017")]
    [InlineData("2017-01-01 00:00:00", "1167264018")]
    [InlineData("2017-01-01T00:00:00.000000001", "1167264018.000000001")]
    public async Task Utc_text_is_read(string utc, string gps) =>
        Assert.Equal(gps, (await JsonAsync(utc))[0].GetProperty("gps").GetRawText());

    [Fact]
    public async Task Without_a_time_it_is_now()
    {
        var (first, second) = ((await JsonAsync())[0], (await JsonAsync("now"))[0]);
        Assert.Equal("now", first.GetProperty("input").GetString());
        var (earlier, later) = (first.GetProperty("gps").GetDecimal(), second.GetProperty("gps").GetDecimal());
        Assert.InRange(later - earlier, 0.000001m, 120);
        var back = (await JsonAsync(first.GetProperty("gps").GetRawText()))[0];
        Assert.Equal(first.GetProperty("utc").GetString(), back.GetProperty("utc").GetString());
    }

    [Fact]
    public async Task Lines_of_standard_input_are_read_in_order()
    {
        var rows = (await StreamProgram.RunAsync(["gps", "-", "--output", "csv"], "1000000000\n\n2015-09-14 09:50:45.391\n0\n")).Done.Lines;
        Assert.Equal(
            [
                "input,gps,utc,leap_seconds",
                "1000000000,1000000000,2011-09-14T01:46:25Z,15",
                "2015-09-14 09:50:45.391,1126259462.391,2015-09-14T09:50:45.391Z,17",
                "0,0,1980-01-06T00:00:00Z,0",
            ],
            rows
        );
    }

    [Fact]
    public async Task Another_leap_second_table_replaces_the_built_in_one()
    {
        using var folder = new TemporaryFolder();
        var table = folder.Write("leap.txt", "# GPS second, GPS - UTC\n0 0\n1000000000 1\n");
        var row = (await JsonAsync("1126259462", "--leap-seconds", table))[0];
        Assert.Equal("2015-09-14T09:51:01Z", row.GetProperty("utc").GetString());
        Assert.Equal(1, row.GetProperty("leap_seconds").GetInt32());
    }
}
