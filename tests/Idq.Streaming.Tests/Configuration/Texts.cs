using Idq.Data;

namespace Idq.Streaming.Tests.Configurations;

/// <summary>Configurations from text.</summary>
static class Texts
{
    public static ConfigurationText Layered(
        string ini,
        string[]? settings = null,
        Dictionary<string, string>? environment = null,
        string path = "/analysis/test.ini"
    ) => new(IniDocument.Parse(ini, path), settings ?? [], environment ?? []);

    public static Configuration Read(
        string ini,
        string[]? settings = null,
        Dictionary<string, string>? environment = null,
        string path = "/analysis/test.ini"
    ) => new(Layered(ini, settings, environment, path));

    /// <summary>The smallest configuration without problems, but for the existence of the simulation's file.</summary>
    public const string Least = """
        [general]
        tag = test
        instrument = H1
        classifiers = ovl
        [samples]
        target_channel = H1:TARGET
        [train data discovery]
        config = channels.ini
        [ovl]
        """;
}
