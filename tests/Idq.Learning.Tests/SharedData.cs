namespace Idq.Learning.Tests;

/// <summary>Finds the reference data that lies beside the repository, where it exists.</summary>
static class SharedData
{
    public static string? Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root!, .. parts]);

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, "..", "shared", "data") is var path && Directory.Exists(path)) return System.IO.Path.GetFullPath(path);
        return null;
    }
}

/// <summary>A test on reference data; skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedData.Root is null) Skip = "the reference data (../shared/data beside the repository) is absent";
    }
}
