namespace Idq.Tracking;

/// <summary>A file of an import whose bytes lie on the disk already; without a part when there is no folder for it.</summary>
sealed record StagedFile(ExportedFile File, ContentPart? Part) : ExchangeRecord;

/// <summary>
/// Writes the files of an import where nobody finds them yet, so that they can take their places in the transaction of the run that they
/// belong to. What took no place is gone at the end.
/// </summary>
sealed class ImportedFiles(TrackerStore store, ImportOptions options) : IDisposable
{
    readonly List<ContentPart> parts = [];
    bool isClaimed;

    /// <summary>The records, with files in the place of their records and bytes.</summary>
    /// <exception cref="TrackerException">Bytes are missing, too many, or not those that were exported.</exception>
    public IEnumerable<ExchangeRecord> Staged(IEnumerable<ExchangeRecord> records, CancellationToken cancellationToken)
    {
        using var at = records.GetEnumerator();
        var isMore = at.MoveNext();
        while (isMore)
        {
            if (at.Current is ExportedContent) throw Bad("bytes come without the file that they are of");
            if (at.Current is not ExportedFile file)
            {
                yield return at.Current;
                isMore = at.MoveNext();
                continue;
            }
            var part = Stage(file, output =>
            {
                while ((isMore = at.MoveNext()) && at.Current is ExportedContent content)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    output.Write(content.Data.Span);
                }
            });
            yield return new StagedFile(file, part);
        }
    }

    /// <summary>Forgets the files; those that took no place are gone.</summary>
    public void Clear()
    {
        foreach (var part in parts) part.Dispose();
        parts.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    ContentPart? Stage(ExportedFile file, Action<Stream> write)
    {
        var part = file switch
        {
            ExportedObject => ForObjects()?.Write(write),
            _ => options.ArtifactsFolder is { } folder ? new ArtifactFiles(folder).Write(write) : null,
        };
        if (part is null)
        {
            write(Stream.Null);
            return null;
        }
        parts.Add(part);
        if (part.Bytes != file.Bytes || part.Sha256 != file.Sha256)
            throw Bad(
                file is ExportedObject o
                    ? $"object '{o.Name}' did not come whole"
                    : $"artifact '{((ExportedArtifact)file).Path}' did not come whole"
            );
        return part;
    }

    ObjectFolder? ForObjects()
    {
        if (store.ObjectFolderOrNull() is not { } folder) return null;
        if (!isClaimed) folder.Claim(store.Identity());
        isClaimed = true;
        return folder;
    }

    static TrackerException Bad(string why) => new(TrackerFailure.BadExchange, $"the import contradicts itself: {why}");
}
