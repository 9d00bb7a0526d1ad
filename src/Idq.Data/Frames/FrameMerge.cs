namespace Idq.Data.Frames;

/// <summary>Joins frames into longer ones: the frames of files that follow each other without a gap and have the same channels.</summary>
public static class FrameMerge
{
    /// <summary>
    /// Joins the frames of files, in the order of their time, into one frame for every span without a gap. A frame is read when it is
    /// asked for.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <param name="splitsAtGaps">True to begin a new frame after a gap; false to refuse gaps.</param>
    /// <param name="made">An entry of the history that every frame gets; its time becomes the end of the frame.</param>
    /// <exception cref="DataException">A file is damaged, two frames overlap, there is a gap, or channels differ.</exception>
    public static IEnumerable<Frame> Join(IReadOnlyList<string> paths, bool splitsAtGaps, FrameHistory made)
    {
        var pieces = paths.SelectMany(Pieces).OrderBy(p => p.Span.Start).ToArray();
        var first = 0;
        for (var next = 1; next <= pieces.Length; next++)
        {
            if (next < pieces.Length)
            {
                var (before, after) = (pieces[next - 1], pieces[next]);
                if (after.Span.Start < before.Span.End) throw new DataException(
                    $"the frames of '{before.Path}' and '{after.Path}' overlap: "
                    + $"one ends at {before.Span.End}, the next begins at {after.Span.Start}");
                if (after.Span.Start == before.Span.End) continue;
                if (!splitsAtGaps) throw new DataException(
                    $"there is a gap from {before.Span.End} ('{before.Path}') to {after.Span.Start} ('{after.Path}')");
            }
            yield return Joined(pieces[first..next], made);
            first = next;
        }
    }

    static List<Piece> Pieces(string path)
    {
        using var file = FrameFile.Open(path);
        return [.. file.Frames.Select((span, i) => new Piece(path, i, span))];
    }

    static Frame Joined(Piece[] pieces, FrameHistory made)
    {
        Frame? details = null;
        FrameEntry[] entries = [];
        List<FrameChannel>[] parts = [];
        FrameFile? file = null;
        try
        {
            foreach (var piece in pieces)
            {
                if (file?.Path != piece.Path)
                {
                    file?.Dispose();
                    file = FrameFile.Open(piece.Path);
                }
                if (details is null)
                {
                    details = file.Details(piece.Index);
                    entries = [.. file.Channels.Where(c => file.Describe(piece.Index, c) is not null)];
                    parts = [.. entries.Select(_ => new List<FrameChannel>())];
                }
                var own = file.Channels.Where(c => file.Describe(piece.Index, c) is not null).ToArray();
                if (own.Except(entries, SameChannel.Instance).FirstOrDefault() is { } more)
                    throw new DataException($"'{piece.Path}' has the channel '{more.Name}', which '{pieces[0].Path}' has not");
                if (entries.Except(own, SameChannel.Instance).FirstOrDefault() is { } missing)
                    throw new DataException($"'{piece.Path}' has no channel '{missing.Name}', which '{pieces[0].Path}' has");
                for (var c = 0; c < entries.Length; c++)
                {
                    var part = file.Read(piece.Index, own.First(o => SameChannel.Instance.Equals(o, entries[c])))!;
                    Check(part, piece, parts[c].Count > 0 ? parts[c][0] : part, pieces[0]);
                    parts[c].Add(part);
                }
            }
        }
        finally
        {
            file?.Dispose();
        }
        var end = pieces[^1].Span.End;
        return details! with
        {
            Duration = end.Nanoseconds - details.Start.Nanoseconds,
            Channels = [.. parts.Select(Concatenated)],
            History = [.. details.History, made with { Time = end.Seconds }],
        };
    }

    static void Check(FrameChannel part, Piece piece, FrameChannel first, Piece firstPiece)
    {
        var (own, theirs) = (part.Head, first.Head);
        var what = $"the channel '{own.Name}' of '{piece.Path}'";
        if (!own.IsTimeSeries) throw new DataException($"{what} is no series in time, which alone can be joined");
        if (own.Start != piece.Span.Start || own.Duration != piece.Span.Duration)
            throw new DataException($"{what} covers {GpsSeconds.Format(own.Duration)} s from {own.Start}, "
                + $"its frame {GpsSeconds.Format(piece.Span.Duration)} s: a channel must fill its frames");
        string Differs(string how, object a, object b) => $"{what} has {how} {a}, in '{firstPiece.Path}' it has {b}";
        if (own.Vector.Type != theirs.Vector.Type) throw new DataException(Differs("samples of type", own.Vector.Type, theirs.Vector.Type));
        if (own.SampleRate != theirs.SampleRate) throw new DataException(Differs("the rate", own.SampleRate, theirs.SampleRate));
        if (own.Vector.Unit != theirs.Vector.Unit)
            throw new DataException(Differs("the unit", $"'{own.Vector.Unit}'", $"'{theirs.Vector.Unit}'"));
    }

    static FrameChannel Concatenated(List<FrameChannel> parts)
    {
        var count = parts.Sum(p => (long)p.Values.Length);
        if (count * Math.Max(1, FrameValues.Size(parts[0].Head.Vector.Type)) > Array.MaxLength)
            throw new DataException($"'{parts[0].Name}' would have {count} samples, which are too many for one frame; join fewer files");
        var values = FrameValues.Allocate(parts[0].Head.Vector.Type, (int)count);
        var at = 0;
        foreach (var part in parts)
        {
            part.Values.CopyTo(values, at);
            at += part.Values.Length;
        }
        return parts[0] with { Values = values };
    }

    sealed record Piece(string Path, int Index, FrameSpan Span);

    // Where it lies differs from file to file.
    sealed class SameChannel : IEqualityComparer<FrameEntry>
    {
        public static SameChannel Instance { get; } = new();

        public bool Equals(FrameEntry? x, FrameEntry? y) => x?.Name == y?.Name && x?.Kind == y?.Kind;

        public int GetHashCode(FrameEntry entry) => StringComparer.Ordinal.GetHashCode(entry.Name);
    }
}
