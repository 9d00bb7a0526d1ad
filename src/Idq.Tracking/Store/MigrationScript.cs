namespace Idq.Tracking;

/// <summary>A script of the user that changes the schema, such as <c>v001.sql</c>.</summary>
/// <param name="Name">Identifies it: the file's name without its folder.</param>
/// <param name="Sql">Its text.</param>
public sealed record MigrationScript(string Name, string Sql)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static MigrationScript Read(string path) => new(Path.GetFileName(path), File.ReadAllText(path));
}

/// <summary>What became of a script.</summary>
/// <param name="Name">The script.</param>
/// <param name="IsNew">True when it was applied by this call, or would be; false when it had been before.</param>
public sealed record AppliedMigration(string Name, bool IsNew);
