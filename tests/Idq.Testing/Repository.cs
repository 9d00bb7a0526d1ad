namespace Idq.Testing;

/// <summary>The files of the project itself, found by walking up from the test's folder.</summary>
public static class Repository
{
    public static string Folder { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "etc", "mock.ini"))) return folder.FullName;
        throw new DirectoryNotFoundException("the tests run outside of the project");
    }
}
