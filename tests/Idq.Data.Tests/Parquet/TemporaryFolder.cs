namespace Idq.Data.Tests.Parquet;

/// <summary>A folder for one test, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("parquet").FullName;

    public string File(string name) => Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
