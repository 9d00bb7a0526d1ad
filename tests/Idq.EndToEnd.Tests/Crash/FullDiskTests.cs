using System.Diagnostics;

namespace Idq.EndToEnd.Tests.Crash;

/// <summary>A replay on a disk that is too small. Skipped where no small disk can be made.</summary>
public sealed class FullDiskTests
{
    [SmallDiskTheory]
    [InlineData(600)]
    [InlineData(1200)]
    [InlineData(2000)]
    [InlineData(2600)]
    public async Task A_replay_ends_with_one_line_about_the_disk_and_goes_on_when_there_is_room(int kilobytes)
    {
        using var folder = new TemporaryFolder();
        var small = Directory.CreateDirectory(folder.File("small")).FullName;
        string[] arguments =
        [
            "run", "--replay", "--ini", Repository.Path("etc", "mock.ini"), "--set", $"general:rootdir={small}", "--gps-end", "1262305600",
            "--initial-lookback", "600", "--quiet",
        ];
        using var disk = SmallDisk.Mount(small, kilobytes);
        var full = (await StreamProgram.RunAsync(arguments)).Failed;
        var line = Assert.Single(full.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("(?i)no space left|disk is full|disk full", line);
        disk.Enlarge();
        _ = (await StreamProgram.RunAsync(arguments)).Done;
    }
}

/// <summary>A file system in memory of a given size.</summary>
sealed class SmallDisk : IDisposable
{
    readonly string folder;

    SmallDisk(string folder) => this.folder = folder;

    public static bool IsPossible { get; } = Try();

    public static SmallDisk Mount(string folder, int kilobytes)
    {
        Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder);
        return new(folder);
    }

    public void Enlarge() => Run("mount", "-o", "remount,size=200m", folder);

    public void Dispose() => Run("umount", folder);

    static bool Try()
    {
        using var folder = new TemporaryFolder();
        try
        {
            Mount(folder.Path, 100).Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException(errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"there is no {program}", e);
        }
    }
}

/// <summary>A test that needs a small disk.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute()
    {
        if (!SmallDisk.IsPossible) Skip = "a small disk cannot be mounted here";
    }
}
