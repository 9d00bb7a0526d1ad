using System.Formats.Tar;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests.Objects;

/// <summary>Directories as archives. The store's engine plays no part in it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ArchiveTests() : ObjectFixture(TestEngine.Sqlite)
{
    [Fact]
    public void A_directory_comes_back_with_its_files_folders_links_and_executables()
    {
        var from = Directory("from", "a.txt", "sub/deep/b.csv", "sub/é ∑.txt", new string('n', 120) + "/" + new string('m', 150));
        System.IO.Directory.CreateDirectory(Path.Combine(from, "empty/er"));
        File.SetUnixFileMode(Path.Combine(from, "a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(from, "sub/up"), "../a.txt");
        var stored = Store.PutArchive(MadeRun(), "folder", from);
        Assert.Equal(StoredObject.Archive, stored.MediaType);
        var to = InFolder("to");
        Store.ExtractArchive(stored, to);
        Assert.Equal(Listing(from), Listing(to));
        Assert.Equal("../a.txt", new FileInfo(Path.Combine(to, "sub/up")).LinkTarget);
        Assert.True(File.GetUnixFileMode(Path.Combine(to, "a.txt")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(Path.Combine(to, "sub/deep/b.csv")).HasFlag(UnixFileMode.UserExecute));
        Assert.True(System.IO.Directory.Exists(Path.Combine(to, "empty/er")));
    }

    [Fact]
    public void The_same_files_are_the_same_bytes_whenever_and_in_whatever_order_they_were_made()
    {
        string[] names = ["b", "a/c", "a/b", "Z", "a.b"];
        var one = Directory("one", names);
        var two = Directory("two", [.. names.Reverse()]);
        File.SetLastWriteTimeUtc(Path.Combine(two, "b"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var run = MadeRun();
        Assert.Equal(Store.PutArchive(run, "one", one).Sha256, Store.PutArchive(run, "two", two).Sha256);
        File.AppendAllText(Path.Combine(two, "b"), "!");
        Assert.NotEqual(Store.FindObject(run, "one")!.Sha256, Store.PutArchive(run, "two", two).Sha256);
    }

    [Theory]
    [InlineData("", "", false, "a.txt b.csv sub/a.txt sub/deep/b.csv")]
    [InlineData("", "", true, ".hidden .git/x a.txt b.csv sub/.y sub/a.txt sub/deep/b.csv")]
    [InlineData("*.txt", "", false, "a.txt")]
    [InlineData("**/*.txt", "", false, "a.txt sub/a.txt")]
    [InlineData("**/*.csv;a.txt", "", false, "a.txt b.csv sub/deep/b.csv")]
    [InlineData("", "sub/", false, "a.txt b.csv")]
    [InlineData("", "**/deep/**", false, "a.txt b.csv sub/a.txt")]
    [InlineData("**/*.txt", "sub/**", false, "a.txt")]
    [InlineData("**/.*", "", true, ".hidden sub/.y")]
    [InlineData("*.TXT", "", false, "")]
    public void Patterns_choose_files_and_what_is_hidden_stays_out(string include, string exclude, bool hidden, string expected)
    {
        var from = Directory("from", "a.txt", "b.csv", "sub/a.txt", "sub/deep/b.csv", ".hidden", ".git/x", "sub/.y");
        var filter = new ArchiveFilter
        {
            Include = include.Split(';', StringSplitOptions.RemoveEmptyEntries),
            Exclude = exclude.Split(';', StringSplitOptions.RemoveEmptyEntries),
            IncludeHidden = hidden,
        };
        var stored = Store.PutArchive(MadeRun(), "x", from, filter);
        Store.ExtractArchive(stored, InFolder("to"));
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            Listing(InFolder("to")).Select(l => l.Split(' ')[0])
        );
    }

    [Fact]
    public void Links_that_lead_out_are_not_packed()
    {
        var from = Directory("from", "a.txt", "sub/b.txt");
        File.CreateSymbolicLink(Path.Combine(from, "sub/out"), "../../other");
        Assert.Contains(
            "sub/out",
            Assert.Throws<TrackerException>(() => Store.PutArchive(MadeRun(), "x", from)).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Files());
        Assert.NotNull(Store.PutArchive(MadeRun(), "x", from, new ArchiveFilter { Exclude = ["**/out"] }));
        // A link to a folder is a link, and not a second way to pack what lies there.
        System.IO.Directory.CreateSymbolicLink(Path.Combine(from, "loop"), ".");
        File.Delete(Path.Combine(from, "sub/out"));
        Store.ExtractArchive(Store.PutArchive(MadeRun(), "x", from), InFolder("to"));
        Assert.Equal(".", new DirectoryInfo(InFolder("to/loop")).LinkTarget);
    }

    [Theory]
    [InlineData("../evil", null)]
    [InlineData("/tmp/evil", null)]
    [InlineData("a/../../evil", null)]
    [InlineData("a//b", null)]
    [InlineData("link", "../evil")]
    [InlineData("link", "/etc")]
    [InlineData("link", "")]
    [InlineData("a/link", "../../evil")]
    [InlineData("link", "a/../../evil")]
    public void Whatever_leads_out_is_refused_and_nothing_is_extracted(string path, string? link)
    {
        var archive = Tar(tar =>
        {
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "good") { DataStream = new MemoryStream([1]) });
            tar.WriteEntry(
                link is null
                    ? new GnuTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream([2]) }
                    : new GnuTarEntry(TarEntryType.SymbolicLink, path) { LinkName = link.Length == 0 ? "/" : link }
            );
        });
        Assert.Contains(
            "leads out",
            Assert.Throws<TrackerException>(() => Store.ExtractArchive(archive, InFolder("deep/to"))).Message,
            StringComparison.Ordinal
        );
        Assert.False(System.IO.Directory.Exists(InFolder("deep/to")));
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(InFolder("deep")));
        Assert.False(File.Exists(InFolder("deep/evil")) || File.Exists(InFolder("evil")));
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        System.IO.Directory.CreateDirectory(InFolder("target"));
        var archive = Tar(tar =>
        {
            tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "b" });
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "a/file") { DataStream = new MemoryStream([1]) });
        });
        Assert.ThrowsAny<Exception>(() => Store.ExtractArchive(archive, InFolder("to")));
        var nested = Tar(tar =>
        {
            tar.WriteEntry(new GnuTarEntry(TarEntryType.Directory, "b/"));
            tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "b" });
            tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "a/inner") { LinkName = "../b" });
        });
        Assert.Contains(
            "leads out",
            Assert.Throws<TrackerException>(() => Store.ExtractArchive(nested, InFolder("to"))).Message,
            StringComparison.Ordinal
        );
        Assert.False(System.IO.Directory.Exists(InFolder("to")));
    }

    [Fact]
    public void Devices_and_hard_links_are_refused()
    {
        foreach (
            var entry in (TarEntry[])
                [
                    new GnuTarEntry(TarEntryType.HardLink, "h") { LinkName = "good" },
                    new GnuTarEntry(TarEntryType.Fifo, "f"),
                    new GnuTarEntry(TarEntryType.CharacterDevice, "c"),
                ]
        )
        {
            var archive = Tar(tar => tar.WriteEntry(entry));
            Assert.Contains(
                "not extracted",
                Assert.Throws<TrackerException>(() => Store.ExtractArchive(archive, InFolder("to"))).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void What_is_no_archive_and_folders_that_are_not_empty_are_refused()
    {
        var run = MadeRun();
        var noise = Put(run, "noise", new string('x', 5000));
        Assert.Equal(TrackerFailure.Unusable, Assert.Throws<TrackerException>(() => Store.ExtractArchive(noise, InFolder("to"))).Failure);
        var cut = Store.PutArchive(run, "good", Directory("from", "a", "b"));
        var half = Store.PutObject(run, "half", new MemoryStream(Content(cut).AsSpan(0, 700).ToArray()));
        Assert.Equal(TrackerFailure.Unusable, Assert.Throws<TrackerException>(() => Store.ExtractArchive(half, InFolder("to"))).Failure);
        Assert.Equal(TrackerFailure.Conflict, Assert.Throws<TrackerException>(() => Store.ExtractArchive(cut, InFolder("from"))).Failure);
        Assert.False(System.IO.Directory.Exists(InFolder("to")));
        System.IO.Directory.CreateDirectory(InFolder("to"));
        Store.ExtractArchive(cut, InFolder("to"));
        Assert.Throws<DirectoryNotFoundException>(() => Store.PutArchive(run, "x", InFolder("nowhere")));
    }

    [Fact]
    public void Any_tree_comes_back_the_same() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var (from, to) = (InFolder($"from {Guid.NewGuid()}"), InFolder($"to {Guid.NewGuid()}"));
                    System.IO.Directory.CreateDirectory(from);
                    for (var i = random.Next(12); i > 0; i--)
                    {
                        var path = Path.Combine(
                            from,
                            string.Join('/', Enumerable.Range(0, 1 + random.Next(4)).Select(level => $"{"dfx"[level % 3]}{random.Next(3)}"))
                                + $" {i}"
                        );
                        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                        File.WriteAllBytes(path, Bytes(random.Next(3) == 0 ? 0 : random.Next(2000)));
                    }
                    Store.ExtractArchive(Store.PutArchive(MadeRun(), "x", from), to);
                    return Listing(from).SequenceEqual(Listing(to));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    StoredObject Tar(Action<TarWriter> write)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true)) write(tar);
        return Store.PutObject(MadeRun(), "archive", new MemoryStream(stream.ToArray()), StoredObject.Archive);
    }

    byte[] Content(StoredObject stored)
    {
        using var output = new MemoryStream();
        Store.ReadObject(stored, output);
        return output.ToArray();
    }

    string Directory(string name, params string[] files)
    {
        foreach (var file in files)
        {
            var path = InFolder($"{name}/{file}");
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"content of {file}");
        }
        return InFolder(name);
    }

    static string Digest(byte[] content) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content));

    static IReadOnlyList<string> Listing(string folder) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(f =>
                    $"{Path.GetRelativePath(folder, f.FullName)} {f.LinkTarget ?? Digest(File.ReadAllBytes(f.FullName))}"
                )
                .Order(StringComparer.Ordinal),
        ];
}
