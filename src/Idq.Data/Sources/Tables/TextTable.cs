namespace Idq.Data;

/// <summary>Tables in text: delimited (CSV) or JSON, by the extension of the file; plain or gzip.</summary>
static class TextTable
{
    /// <summary>The events of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What its columns mean.</param>
    /// <exception cref="DataException">
    /// The file is malformed, or lacks a column; <see cref="DataException.IsTransient"/> when it may be still being written.
    /// </exception>
    public static DecodedFile Read(string path, TableOptions options)
    {
        ReadOnlyMemory<byte> text = TextBytes.ReadText(path);
        if (text.Span.Contains((byte)0)) throw new DataException($"'{path}' is no text in UTF-8: it holds zero bytes");
        if (options.IsLive && !text.IsEmpty && text.Span[^1] is not ((byte)'\n' or (byte)']'))
            throw new DataException($"the last line of '{path}' has no end: the file is being written", isTransient: true);
        return TableRelation.IsJson(path) ? JsonTable.Read(path, text, options) : DelimitedTable.Read(path, text.Span, options);
    }
}
