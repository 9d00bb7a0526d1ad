using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Idq.Data;

/// <summary>Turns the fields of a table in text into events.</summary>
/// <remarks>
/// A column is of numbers when each of its fields in the whole file is a number (see <see cref="NumberText"/>), true or false (1 or 0), or
/// missing: nothing, NULL, NA, N/A, None, NaN or --, in any case. No field is looked at for what the fields of other rows are.
/// </remarks>
sealed class TextRows
{
    const int NotRead = -1;

    static readonly string[] MissingWords = ["null", "none", "na", "n/a", "nan", "--"];

    readonly string path, unit;
    readonly int time, channel;
    readonly bool isNanoseconds;
    readonly string[] names;
    readonly Dictionary<string, int> places = new(StringComparer.Ordinal), placesInAnyCase = new(StringComparer.OrdinalIgnoreCase);
    readonly int[] targets;
    readonly List<TableColumn> features;
    readonly List<double>[] values;
    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    readonly DecodedFile events = new([]);
    long? rowTime;
    int rowChannel = NotRead;

    /// <param name="path">The file, for messages.</param>
    /// <param name="options">What its columns mean.</param>
    /// <param name="names">The names of its columns; one without a name is not read.</param>
    /// <param name="unit">What the place of a row is counted in, "line" or "row".</param>
    /// <exception cref="DataException">A column is missing.</exception>
    public TextRows(string path, TableOptions options, IReadOnlyList<string> names, string unit)
    {
        (this.path, this.unit, this.names) = (path, unit, [.. names]);
        for (var i = 0; i < names.Count; i++)
        {
            places.TryAdd(names[i], i);
            placesInAnyCase.TryAdd(names[i], i);
        }
        time = options.TimeColumn is { } wanted ? Require(wanted) : Find("time") is >= 0 and var seconds ? seconds
            : Find("time_ns") is >= 0 and var nanoseconds ? nanoseconds : Require("time");
        isNanoseconds = TableSchema.UnitOf(options, names[time]) == TableTimeUnit.Nanoseconds;
        channel = options.Channel is null ? Require(options.ChannelColumn) : NotRead;
        if (options.Channel is { } single) events.Channel(single);
        features = options.Columns?.ToList() ?? [.. Enumerable.Range(0, names.Count)
            .Where(i => i != time && i != channel && names[i].Length > 0).Select(i => new TableColumn(names[i]))];
        targets = Enumerable.Repeat(NotRead, names.Count).ToArray();
        values = features.Select(_ => new List<double>()).ToArray();
        for (var f = 0; f < features.Count; f++) targets[Require(features[f].Source)] = f;
    }

    /// <summary>Reads a field of the current row, without white space around it.</summary>
    /// <param name="column">The column.</param>
    /// <param name="field">UTF-8.</param>
    /// <param name="place">The line or row, from 1.</param>
    /// <exception cref="DataException">It is the time or the channel, and is none; or the row has the column already.</exception>
    public void Read(int column, ReadOnlySpan<byte> field, int place)
    {
        // An object in JSON may name a column twice, and nothing says which of the two is meant.
        if ((column == time && rowTime is not null) || (column == channel && rowChannel != NotRead)
            || (targets[column] is >= 0 and var known && values[known].Count > events.Times.Count))
            throw Malformed(place, $"'{names[column]}' twice");
        if (column == time) rowTime = Time(field, place);
        if (column == channel) rowChannel = Channel(field, place);
        if (targets[column] is not (>= 0 and var target)) return;
        if (!TryNumber(field, out var value))
        {
            texts.TryAdd(features[target].Source, $"{unit} {place}: '{Shown(field)}'");
            targets[column] = NotRead;
        }
        values[target].Add(value);
    }

    /// <summary>Ends the current row.</summary>
    /// <exception cref="DataException">It has no time or no channel.</exception>
    public void End(int place)
    {
        if (rowTime is not { } at) throw Malformed(place, "a row without a time");
        if (channel >= 0 && rowChannel < 0) throw Malformed(place, "a row without a channel");
        events.Times.Add(at);
        events.ChannelIds.Add(channel < 0 ? 0 : rowChannel);
        foreach (var column in values)
            if (column.Count < events.Times.Count) column.Add(double.NaN);
        (rowTime, rowChannel) = (null, NotRead);
    }

    /// <summary>The rows as events.</summary>
    public DecodedFile ToFile()
    {
        var numeric = Enumerable.Range(0, features.Count).Where(f => !texts.ContainsKey(features[f].Source)).ToArray();
        var file = new DecodedFile([.. numeric.Select(f => features[f].Name)])
        {
            TextColumns = features.Where(f => texts.ContainsKey(f.Source)).ToDictionary(f => f.Name, f => texts[f.Source]),
        };
        foreach (var name in events.Channels) file.Channel(name);
        file.ChannelIds.AddRange(events.ChannelIds);
        file.Times.AddRange(events.Times);
        for (var c = 0; c < numeric.Length; c++) file.Values[c] = values[numeric[c]];
        return file;
    }

    // Two names may differ in nothing but their case.
    int Find(string name) => places.TryGetValue(name, out var place) ? place : placesInAnyCase.GetValueOrDefault(name, NotRead);

    int Require(string name) => Find(name) is >= 0 and var found ? found
        : throw new DataException($"'{path}' has no column '{name}'; it has {string.Join(", ", names)}");

    long? Time(ReadOnlySpan<byte> field, int place)
    {
        if (IsMissing(field)) return null;
        if (isNanoseconds)
            return long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
                : throw Malformed(place, $"the time '{Shown(field)}', which is not whole nanoseconds");
        return GpsText.TryParse(field, out var nanoseconds) && new GpsTime(nanoseconds).IsFinite ? nanoseconds
            : throw Malformed(place, $"the time '{Shown(field)}'; expected GPS seconds");
    }

    int Channel(ReadOnlySpan<byte> field, int place)
    {
        if (field.IsEmpty || field.SequenceEqual("NULL"u8)) return NotRead;
        if (!Utf8.IsValid(field)) throw Malformed(place, "a channel that is no UTF-8");
        Span<char> characters = field.Length <= 256 ? stackalloc char[field.Length] : new char[field.Length];
        return events.Channel(characters[..Encoding.UTF8.GetChars(field, characters)]);
    }

    DataException Malformed(int place, string what) => new($"'{path}' has {what} ({unit} {place})");

    static bool TryNumber(ReadOnlySpan<byte> field, out double value)
    {
        if (NumberText.TryParse(field, out value)) return true;
        value = double.NaN;
        if (IsMissing(field)) return true;
        if (Is(field, "true")) value = 1;
        if (Is(field, "false")) value = 0;
        return !double.IsNaN(value);
    }

    static bool IsMissing(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty) return true;
        if (field.Length > 4) return false;
        foreach (var word in MissingWords)
            if (Is(field, word)) return true;
        return false;
    }

    static bool Is(ReadOnlySpan<byte> field, string word) => Ascii.EqualsIgnoreCase(field, word);

    static string Shown(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field[..Math.Min(40, field.Length)]) + (field.Length > 40 ? "…" : "");
}
