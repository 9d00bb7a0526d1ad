namespace Idq.Testing;

/// <summary>The reference data beside the repository, found by walking up from the test's folder.</summary>
public static class SharedData
{
    /// <summary>What a skipped test says.</summary>
    public const string Absent = "the reference data (../shared/data beside the repository) is not on this machine";

    public static string? Folder { get; } = Find("data");

    public static string Path(params string[] parts) =>
        System.IO.Path.Combine([Folder ?? throw new DirectoryNotFoundException(Absent), .. parts]);

    /// <summary>What a skipped test on a case says.</summary>
    public const string CasesAbsent = "the cases (../shared/cases/stream beside the repository) are not on this machine";

    /// <summary>The folder of cases, each with its input and its command; null where it is absent.</summary>
    public static string? Cases { get; } = Find("cases", "stream");

    internal static string? Find(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine([folder.FullName, "shared", .. parts]);
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A test on the reference data; skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedData.Folder is null) Skip = SharedData.Absent;
    }
}

/// <summary>A theory on cases that failed; skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseTheoryAttribute : TheoryAttribute
{
    public CaseTheoryAttribute()
    {
        if (SharedData.Cases is null) Skip = SharedData.CasesAbsent;
    }
}

/// <summary>A theory on the reference data; skipped where the data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedData.Folder is null) Skip = SharedData.Absent;
    }
}
