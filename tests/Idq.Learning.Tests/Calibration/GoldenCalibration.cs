using System.Text.Json;

namespace Idq.Learning.Tests.Calibration;

/// <summary>The reference numbers of shared/data/calibration, where that folder is present.</summary>
static class GoldenCalibration
{
    public static string? File { get; } = Find();

    public static JsonElement Kde => JsonDocument.Parse(System.IO.File.ReadAllBytes(File!)).RootElement.GetProperty("kde");

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "..", "shared", "data", "calibration", "golden.json");
            if (System.IO.File.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A fact that needs the reference numbers and is skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class GoldenCalibrationFactAttribute : FactAttribute
{
    public GoldenCalibrationFactAttribute()
    {
        if (GoldenCalibration.File is null) Skip = "../shared/data/calibration is not there";
    }
}
