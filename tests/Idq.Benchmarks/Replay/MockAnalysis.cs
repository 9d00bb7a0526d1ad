namespace Idq.Benchmarks.Replay;

/// <summary>The analysis of simulated data that comes with the program.</summary>
static class MockAnalysis
{
    /// <summary>The path of its configuration.</summary>
    public static string Ini()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "etc", "mock.ini") is var path && File.Exists(path)) return path;
        throw new InvalidOperationException("there is no etc/mock.ini above the benchmarks");
    }
}
