namespace Idq.Data;

/// <summary>Writes files that nobody ever sees half of: under a hidden name, flushed to the disk, and then renamed.</summary>
public static class WholeFile
{
    /// <summary>
    /// Writes a file, replacing what is there. Its folder is made where it is missing. After a failure nothing has changed.
    /// </summary>
    /// <param name="path">Its name.</param>
    /// <param name="write">Writes the file of the path that it is given.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, Action<string> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // Hidden, and of this process: a poller passes it over, and another writer does not touch it.
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.part");
        FileErrors.Guard($"write '{path}'", () =>
        {
            try
            {
                FolderFlush.Create(folder);
                write(temporary);
                using (var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
                File.Move(temporary, path, overwrite: true);
                FolderFlush.Flush(folder);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
            return true;
        });
    }
}
