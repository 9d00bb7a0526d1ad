using System.Diagnostics;

namespace Idq.Data.Tests.Text;

public sealed class FileKindsTests
{
    [Fact]
    public void Files_folders_pipes_devices_and_links_to_them_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("file", "");
        MakePipe(folder.File("pipe"));
        foreach (var name in new[] { "file", "pipe", "nothing", "loop-link" }) File.CreateSymbolicLink(folder.File(name + "-link"), name);
        File.CreateSymbolicLink(folder.File("loop-link"), "loop-link-link");
        Assert.Equal(FileKind.File, FileKinds.Of(folder.File("file-link")));
        Assert.Equal(FileKind.Pipe, FileKinds.Of(folder.File("pipe-link")));
        Assert.Equal(FileKind.Nothing, FileKinds.Of(folder.File("nothing-link")));
        Assert.Equal(FileKind.Nothing, FileKinds.Of(folder.File("loop-link")));
        Assert.Equal(FileKind.Folder, FileKinds.Of(folder.Path));
        Assert.Equal(FileKind.Device, FileKinds.Of("/dev/zero"));
        Assert.Contains("it is a pipe", Assert.Throws<DataException>(() => FileKinds.RequireFile(folder.File("pipe"))).Message);
    }

    [Fact]
    public void What_waits_for_a_writer_or_never_ends_is_no_file_in_a_folder_and_an_error_by_name()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.trg", "");
        MakePipe(folder.File("b.trg"));
        File.CreateSymbolicLink(folder.File("c.trg"), "/dev/zero");
        File.CreateSymbolicLink(folder.File("d.trg"), "d.trg");
        foreach (var path in new[] { folder.Path, folder.File("*.trg"), folder.File("**") })
            Assert.Equal([folder.File("a.trg")], new FileSelection([path], ".trg").List());
        foreach (var (name, kind) in new[] { ("b.trg", "pipe"), ("c.trg", "device") })
        {
            Assert.Contains($"it is a {kind}",
                Assert.Throws<DataException>(() => new FileSelection([folder.File(name)], ".trg").List()).Message);
            Assert.Contains($"it is a {kind}", Assert.Throws<DataException>(() => FileSelection.Finds(folder.File(name))).Message);
            Assert.Contains($"it is a {kind}", Assert.Throws<DataException>(() => TextBytes.ReadAll(folder.File(name))).Message);
            Assert.Contains($"it is a {kind}", Assert.Throws<DataException>(() => SegmentFile.Read(folder.File(name))).Message);
            Assert.Contains($"it is a {kind}", Assert.Throws<DataException>(() => IniDocument.Load(folder.File(name))).Message);
        }
    }

    static void MakePipe(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
    }
}
