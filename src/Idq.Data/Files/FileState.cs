namespace Idq.Data;

/// <summary>When a file was written last, and how long it is: a file whose state is another one is read again.</summary>
readonly record struct FileState(bool Exists, DateTime Changed, long Length)
{
    /// <summary>The state of a file now; a link stands for what it leads to.</summary>
    public static FileState Of(string path)
    {
        if (FileKinds.Of(path) != FileKind.File) return default;
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return file.Exists ? new(true, file.LastWriteTimeUtc, file.Length) : default;
    }
}
