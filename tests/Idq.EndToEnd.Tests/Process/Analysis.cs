using System.Security.Cryptography;
using System.Text.Json;
using Idq.Tracking;

namespace Idq.EndToEnd.Tests;

/// <summary>One analysis: a configuration with a folder of products of its own, which vanishes with the test.</summary>
sealed class Analysis : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly string ini;
    readonly string[] settings;

    public Analysis(string ini, params string[] settings) => (this.ini, this.settings) = (ini, settings);

    /// <summary>The analysis of etc/mock.ini.</summary>
    public static Analysis Mock(params string[] settings) => new(Repository.Path("etc", "mock.ini"), settings);

    /// <summary>rootdir.</summary>
    public string Root => folder.File("products");

    /// <summary>The folder that the paths of the ledger are relative to.</summary>
    public string Products => Path.Combine(Root, "mock");

    /// <summary>A command on this analysis, as it is typed.</summary>
    public string[] Arguments(string command, params string[] arguments) =>
        [command, "--ini", ini, "--set", $"general:rootdir={Root}", .. settings.SelectMany(s => new[] { "--set", s }), .. arguments];

    public Task<StreamResult> RunAsync(string command, params string[] arguments) => StreamProgram.RunAsync(Arguments(command, arguments));

    public RunningStream Start(string command, params string[] arguments) => StreamProgram.Start(Arguments(command, arguments));

    /// <summary>A command's JSON answer.</summary>
    public async Task<JsonElement> JsonAsync(string command, params string[] arguments) =>
        (await RunAsync(command, [.. arguments, "--output", "json", "--quiet"])).Done.Json;

    /// <summary>The rows of a query, each as the text of its JSON object, so that two analyses can be compared exactly.</summary>
    public async Task<string[]> RowsAsync(string sql) =>
        (await JsonAsync("query", sql)).EnumerateArray().Select(row => JsonSerializer.Serialize(row)).ToArray();

    /// <summary>The ledger: every row as text, without what may depend on the machine (nothing does).</summary>
    public async Task<string[]> LedgerAsync() =>
        (await JsonAsync("products")).EnumerateArray().Select(row => JsonSerializer.Serialize(row)).ToArray();

    /// <summary>The number of the last entry of the ledger, while the program runs; 0 before there is one.</summary>
    public long LastSeq()
    {
        try
        {
            using var store = TrackerStore.OpenReadOnly(Path.Combine(Root, "mock.sqlite"));
            return store.LastSeq();
        }
        catch (TrackerException)
        {
            // The store is being made.
            return 0;
        }
    }

    /// <summary>What a job has recorded as lost, while the program runs; nothing before there is a store.</summary>
    public IReadOnlyList<Skip> Losses(string job)
    {
        try
        {
            using var store = TrackerStore.OpenReadOnly(Path.Combine(Root, "mock.sqlite"));
            return [.. store.Skips(job)];
        }
        catch (TrackerException)
        {
            // The store is being made.
            return [];
        }
    }

    /// <summary>How many product files there are by now, while the program runs.</summary>
    public int CountFiles()
    {
        try
        {
            return Directory.Exists(Products) ? Directory.EnumerateFiles(Products, "*", SearchOption.AllDirectories).Count() : 0;
        }
        catch (DirectoryNotFoundException)
        {
            // A folder came while it was listed; the next look finds it.
            return 0;
        }
    }

    /// <summary>Every product file with the hash of its bytes, in the order of paths.</summary>
    public string[] Files() => Directory.Exists(Products)
        ? Directory.EnumerateFiles(Products, "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(Products, path)} {Hash(path)}").Order(StringComparer.Ordinal).ToArray()
        : [];

    /// <summary>What lies about in the staging folder, apart from the locks.</summary>
    public string[] Leftovers() =>
        Directory
            .EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Where(path => path.Contains(".staging", StringComparison.Ordinal) && !path.EndsWith(".lock", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Root, "*.tmp", SearchOption.AllDirectories))
            .ToArray();

    /// <summary>Another analysis that starts from what this one has; this one must not be running.</summary>
    public Analysis Copy(params string[] more)
    {
        var copy = new Analysis(ini, [.. settings, .. more]);
        foreach (var path in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy.Root, Path.GetRelativePath(Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }
        return copy;
    }

    /// <summary>Every row of the ledger has its file, with the bytes that it says; and no file is without a row.</summary>
    public async Task AssertRegisteredAsync()
    {
        var ledger = (await JsonAsync("products"))
            .EnumerateArray()
            .Where(p => p.GetProperty("path").ValueKind != JsonValueKind.Null)
            .Select(p => $"{p.GetProperty("path").GetString()} {p.GetProperty("sha256").GetString()}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(ledger, Files());
        Assert.Empty(Leftovers());
    }

    public void Dispose() => folder.Dispose();

    static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
