namespace Idq.EndToEnd.Tests;

/// <summary>The reference data beside the project, found by walking up from the test's folder.</summary>
static class SharedData
{
    public static string? Folder { get; } = Find();

    public static string File(params string[] parts) =>
        Path.Combine([Folder ?? throw new DirectoryNotFoundException("../shared/data is absent"), .. parts]);

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A test on the reference data; skipped where the data is absent.</summary>
sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedData.Folder is null) Skip = "the reference data (../shared/data) is not on this machine";
    }
}

/// <summary>A theory on the reference data; skipped where the data is absent.</summary>
sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedData.Folder is null) Skip = "the reference data (../shared/data) is not on this machine";
    }
}
