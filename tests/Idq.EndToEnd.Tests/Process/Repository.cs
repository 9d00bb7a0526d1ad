namespace Idq.EndToEnd.Tests;

/// <summary>The files of the repository, found by walking up from the test's folder.</summary>
static class Repository
{
    static readonly string Folder = Find();

    public static string MockIni { get; } = File("etc", "mock.ini");

    public static string File(params string[] parts) => Path.Combine([Folder, .. parts]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Stream.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"there is no Stream.sln above '{AppContext.BaseDirectory}'");
    }
}
