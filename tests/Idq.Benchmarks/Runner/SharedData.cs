namespace Idq.Benchmarks;

/// <summary>Finds the reference data that lies beside the repository, where it exists.</summary>
static class SharedData
{
    public const string Absent = "the reference data (../shared/data beside the repository) is absent";

    public static string? Find(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine([folder.FullName, "..", "shared", "data", .. parts]) is var path && Path.Exists(path))
                return Path.GetFullPath(path);
        return null;
    }
}
