namespace Idq.Streaming;

/// <summary>The features that rows have now, to which rows of earlier processes are brought.</summary>
/// <param name="empty">The features of no rows.</param>
/// <param name="columns">Their definition, in the same order.</param>
sealed class FeatureLayout(FeatureMatrix empty, IReadOnlyList<FeatureColumn> columns)
{
    /// <summary>The features of some archived rows; a channel that was not known then had no trigger.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="head">The names of what was archived.</param>
    /// <param name="features">Row after row.</param>
    /// <param name="present">Row after row.</param>
    public FeatureMatrix Matrix(int rows, ArchiveHead head, ReadOnlySpan<double> features, ReadOnlySpan<double> present)
    {
        var (names, channels) = (head.Features ?? [], head.FeatureChannels ?? []);
        var values = new double[empty.Names.Count * rows];
        for (var f = 0; f < empty.Names.Count; f++)
            Transpose(features, names.Count, Find(names, empty.Names[f], f), values.AsSpan(f * rows, rows), columns[f].Missing);
        var marks = new byte[empty.Channels.Count * rows];
        var column = new double[rows];
        for (var c = 0; c < empty.Channels.Count; c++)
        {
            Transpose(present, channels.Count, Find(channels, empty.Channels[c], c), column, 0);
            for (var row = 0; row < rows; row++) marks[c * rows + row] = (byte)column[row];
        }
        return new(empty.Names, rows, values, empty.Channels, marks);
    }

    static void Transpose(ReadOnlySpan<double> rows, int width, int at, Span<double> column, double missing)
    {
        if (at < 0) column.Fill(missing);
        else
            for (var row = 0; row < column.Length; row++) column[row] = rows[row * width + at];
    }

    // As a rule they are where they were.
    static int Find(IReadOnlyList<string> names, string name, int near)
    {
        if (near < names.Count && names[near] == name) return near;
        for (var i = 0; i < names.Count; i++)
            if (names[i] == name) return i;
        return -1;
    }
}
