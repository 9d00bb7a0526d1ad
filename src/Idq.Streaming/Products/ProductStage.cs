using Idq.Data;
using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Writes products of one job so that nobody ever sees half of one: to a temporary name, flushed to disk, renamed, and only then
/// registered. What a crash leaves behind in the staging folder is removed when the job starts again.
/// </summary>
/// <remarks>
/// The staging folder is locked while the job runs: a second process that runs the same job of the same analysis is refused.
/// </remarks>
/// <threadsafety>Safe; every product has a temporary name of its own.</threadsafety>
public sealed class ProductStage : IDisposable
{
    // What the runtime gives when another process holds the lock: EAGAIN, or its translation.
    const int LockedByAnother = 11;
    const int SharingViolation = unchecked((int)0x80070020);

    readonly ProductPath paths;
    readonly string job;
    readonly bool isFlushed;
    readonly string folder;
    readonly FileStream jobLock;
    int number;

    /// <summary>Opens the stage of a job.</summary>
    /// <param name="paths">Where products lie.</param>
    /// <param name="job">The job.</param>
    /// <param name="isFlushed">False to leave it to <see cref="LateFlush"/> when files reach the disk.</param>
    /// <exception cref="JobInUseException">Another process runs this job of this analysis.</exception>
    public ProductStage(ProductPath paths, string job, bool isFlushed = true)
    {
        (this.paths, this.job, this.isFlushed) = (paths, job, isFlushed);
        Directory.CreateDirectory(paths.Staging);
        folder = Path.Combine(paths.Staging, job);
        try
        {
            jobLock = new FileStream(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException e) when (e.HResult is LockedByAnother or SharingViolation)
        {
            throw new JobInUseException(
                $"the job '{job}' of '{paths.Root}' is already running in another process; "
                    + "stop that one, or give this analysis another tag",
                e
            );
        }
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    /// <summary>The detector that the products are of.</summary>
    public string Instrument => paths.Instrument;

    /// <summary>Writes a product under a temporary name and computes its hash.</summary>
    /// <param name="kind">What it is: model, quiver, map, series.</param>
    /// <param name="nickname">The classifier.</param>
    /// <param name="span">The time that it covers.</param>
    /// <param name="extension">Of the file name, without the dot.</param>
    /// <param name="parents">Sequence numbers of the products it was made from.</param>
    /// <param name="attributes">A JSON object for the ledger.</param>
    /// <param name="write">Writes the file of the given path.</param>
    /// <param name="suffix">Added to the description, where a job writes several products of one kind and span.</param>
    public StagedProduct Write(
        string kind, string nickname, Segment span, string extension, IReadOnlyList<long> parents, string attributes, Action<string> write,
        string suffix = "")
    {
        var temporary = Path.Combine(folder, $"{Interlocked.Increment(ref number)}.{extension}");
        string sha256;
        try
        {
            write(temporary);
            using var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite);
            sha256 = ProductFile.Hash(file);
            if (isFlushed) file.Flush(flushToDisk: true);
        }
        catch
        {
            // A full disk must not fill up further with halves.
            File.Delete(temporary);
            throw;
        }
        var relative = paths.Relative(job, nickname, kind + suffix, span, extension);
        return new(
            temporary,
            new ProductDraft(kind, nickname, span.Start.Nanoseconds, span.End.Nanoseconds, relative, sha256, parents, job)
            {
                Attributes = attributes,
            }
        );
    }

    /// <summary>An entry of the ledger without a file.</summary>
    public StagedProduct Enter(string kind, string nickname, Segment span, IReadOnlyList<long> parents, string attributes) =>
        new("", ProductDraft.WithoutFile(kind, nickname, span.Start.Nanoseconds, span.End.Nanoseconds, parents, job) with
        {
            Attributes = attributes,
        });

    /// <summary>
    /// Gives products their names. A file that is there already was left by a crash before it was registered, and is replaced.
    /// </summary>
    public void Publish(IEnumerable<StagedProduct> products)
    {
        foreach (var product in products.Where(p => p.Draft.HasFile))
        {
            var path = paths.Absolute(product.Draft.Path);
            var parent = Path.GetDirectoryName(path)!;
            FolderFlush.Create(parent);
            File.Move(product.TemporaryPath, path, overwrite: true);
            if (isFlushed) FolderFlush.Flush(parent);
        }
    }

    /// <summary>Empties the staging folder, and then gives the lock back: whoever takes it next has the folder for itself.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        finally
        {
            jobLock.Dispose();
        }
    }
}
