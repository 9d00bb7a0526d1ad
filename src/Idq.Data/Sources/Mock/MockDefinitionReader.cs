using System.Globalization;

namespace Idq.Data;

/// <summary>Reads the INI form of a <see cref="MockDefinition"/>, which docs/data-formats.md describes.</summary>
/// <remarks>
/// Every "<c>NAME distribution</c>" makes a column NAME. In a list of witnesses every word without '=' is the next channel. A witness needs
/// a section of its own (rate = 0 for no noise), so that a misspelt name is found.
/// </remarks>
sealed class MockDefinitionReader(IniDocument document)
{
    const string DistributionSuffix = " distribution";

    readonly List<IniProblem> problems = [.. document.Problems];
    readonly List<string> columns = ["snr", "frequency"];
    readonly List<MockStream> streams = [];
    readonly Dictionary<string, MockChannel> channels = new(StringComparer.Ordinal);
    readonly List<(IniSection Section, IniEntry Entry, string Channel)> witnessed = [];

    public (MockDefinition? Definition, IReadOnlyList<IniProblem> Problems) Read()
    {
        columns.AddRange(document.Sections.SelectMany(s => s.Entries).Select(ColumnOf).OfType<string>().Except(columns));
        var outages = SegmentList.Empty;
        foreach (var section in document.Sections)
        {
            var (kind, name) = section.Name.Split(' ', 2, StringSplitOptions.TrimEntries) is [var k, var n] ? (k, n) : (section.Name, "");
            switch (kind)
            {
                case "mock" when name.Length == 0: outages = ReadMock(section); break;
                case "stream" when name.Length > 0: ReadStream(section, name); break;
                case "channel" when name.Length > 0: ReadChannel(section, name); break;
                case "channels" when name.Length > 0: ReadChannels(section, name); break;
                default:
                    Report(section, null, $"[{section.Name}] is no section of a mock definition",
                        "expected [stream NAME], [channel NAME], [channels PATTERN] or [mock]");
                    break;
            }
        }
        foreach (var (section, entry, channel) in witnessed)
            if (!channels.ContainsKey(channel))
                Report(section, entry, $"the witness '{channel}' has no section of its own",
                    $"add [channel {channel}] with its noise, or with rate = 0");
        if (channels.Count == 0 && problems.Count == 0)
            problems.Add(new(1, null, null, "there is no channel", "add [channel NAME] or [channels PATTERN]"));

        return problems.Count > 0 ? (null, problems) : (new(columns, streams, [.. channels.Values], outages), problems);
    }

    SegmentList ReadMock(IniSection section)
    {
        var segments = new List<Segment>();
        foreach (var entry in section.Entries)
        {
            if (!entry.Key.Equals("outages", StringComparison.OrdinalIgnoreCase))
            {
                Unknown(section, entry, "outages");
                continue;
            }
            foreach (var pair in entry.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var ends = pair.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (ends.Length == 2 && GpsText.TryParse(ends[0], out var start) && GpsText.TryParse(ends[1], out var end) && start < end)
                    segments.Add(new(new(start), new(end)));
                else Report(section, entry, $"'{pair}' is no outage",
                    "write 'start end' in GPS seconds with start < end, several separated by commas");
            }
        }
        return SegmentList.Coalesce(segments);
    }

    void ReadStream(IniSection section, string name)
    {
        Known(section, "rate", "witnesses");
        streams.Add(new(name, ReadRate(section), ReadDistributions(section, required: true), ReadWitnesses(section)));
    }

    void ReadChannel(IniSection section, string name)
    {
        Known(section, "rate");
        var rate = ReadRate(section);
        AddChannel(section, new(name, rate, ReadDistributions(section, required: rate > 0)));
    }

    void ReadChannels(IniSection section, string pattern)
    {
        Known(section, "rate", "count", "first");
        var rate = ReadRate(section);
        var distributions = ReadDistributions(section, required: rate > 0);
        var (count, first) = (ReadCount(section, "count", null), ReadCount(section, "first", 0));
        for (var i = first; i < first + count; i++)
        {
            string? name = null;
            try
            {
                name = string.Format(CultureInfo.InvariantCulture, pattern, i);
            }
            catch (FormatException)
            {
                // Reported below, as a pattern without a place for the number is.
            }
            if (name is null || name == pattern)
            {
                Report(section, null, $"'{pattern}' is no pattern of channel names",
                    "put the number's place into it, for example {0} or {0:D4}");
                return;
            }
            if (!AddChannel(section, new(name, rate, distributions))) return;
        }
    }

    bool AddChannel(IniSection section, MockChannel channel)
    {
        if (channels.TryAdd(channel.Name, channel)) return true;
        Report(section, null, $"the channel '{channel.Name}' is defined twice", "keep one");
        return false;
    }

    double ReadRate(IniSection section) =>
        ReadNumber(section, "rate", "events a second", "a number of Hz from 0 to 1e8", 1e8, NumberStyles.Float) ?? 0;

    int? ReadCount(IniSection section, string key, int? missing) => (int?)ReadNumber(
        section, key, "number of channels", "a whole number from 0 to 1000000", 1_000_000, NumberStyles.None, missing);

    double? ReadNumber(
        IniSection section, string key, string meaning, string expected, double most, NumberStyles styles, double? missing = null)
    {
        if (section.Find(key) is not { } entry)
        {
            if (missing is null) Report(section, null, $"[{section.Name}] has no {key}", $"add {key} = {meaning}", key);
            return missing;
        }
        if (TryNumber(entry.Value, out var number, styles) && number >= 0 && number <= most) return number;
        Report(section, entry, $"'{entry.Value}' is no {key}", "expected " + expected);
        return null;
    }

    Distribution[] ReadDistributions(IniSection section, bool required)
    {
        var distributions = new Distribution[columns.Count];
        for (var i = 0; i < distributions.Length; i++)
        {
            var key = columns[i] + DistributionSuffix;
            if (section.Entries.FirstOrDefault(e => ColumnOf(e) == columns[i]) is not { } entry)
            {
                if (required) Report(section, null, $"[{section.Name}] has no '{key}'", $"add it, for example '{key} = pareto 4 0 5'", key);
            }
            else if (Distribution.TryParse(entry.Value, out var distribution, out var problem)) distributions[i] = distribution!;
            else Report(section, entry, problem!, "see scipy.stats for the names and the order of the numbers");
        }
        return required ? distributions : [];
    }

    List<MockWitness> ReadWitnesses(IniSection section)
    {
        var witnesses = new List<MockWitness>();
        if (section.Find("witnesses") is not { Value.Length: > 0 } entry)
        {
            Report(section, null, $"[{section.Name}] has no witnesses",
                "add witnesses = CHANNEL [efficiency=0.9] [jitter_time=0.01] …", "witnesses");
            return witnesses;
        }
        foreach (var word in entry.Value.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=');
            if (equals < 0)
            {
                if (witnesses.Exists(w => w.Channel == word)) Report(section, entry, $"the witness '{word}' is named twice", "keep one");
                witnesses.Add(new(word, 1, 0, new double[columns.Count]));
                witnessed.Add((section, entry, word));
            }
            else if (witnesses.Count == 0)
                Report(section, entry, $"'{word}' stands before the first channel", "write CHANNEL efficiency=…");
            else if (Change(witnesses[^1], word[..equals], word[(equals + 1)..]) is { } changed) witnesses[^1] = changed;
            else Report(section, entry, $"'{word}' says nothing about the witness '{witnesses[^1].Channel}'",
                $"expected efficiency=0…1, {string.Join(", ", columns.Prepend("time").Select(c => "jitter_" + c + "=≥0"))}");
        }
        return witnesses;
    }

    MockWitness? Change(MockWitness witness, string key, string text)
    {
        if (!TryNumber(text, out var number) || number < 0) return null;
        if (key == "efficiency") return number <= 1 ? witness with { Efficiency = number } : null;
        if (key == "jitter_time") return number <= 1000 ? witness with { TimeJitter = number } : null;
        var column = columns.FindIndex(c => key == "jitter_" + c);
        return column < 0 ? null : witness with { ColumnJitters = [.. witness.ColumnJitters.Select((j, i) => i == column ? number : j)] };
    }

    void Known(IniSection section, params string[] keys)
    {
        foreach (var entry in section.Entries)
            if (ColumnOf(entry) is null && !keys.Contains(entry.Key, StringComparer.OrdinalIgnoreCase))
                Unknown(section, entry, string.Join(", ", keys.Append("NAME" + DistributionSuffix)));
    }

    void Unknown(IniSection section, IniEntry entry, string expected) =>
        Report(section, entry, $"'{entry.Key}' is no option of [{section.Name}]", "expected " + expected);

    void Report(IniSection section, IniEntry? entry, string message, string suggestion, string? key = null) =>
        problems.Add(new(entry?.Line ?? section.Line, section.Name, entry?.Key ?? key, message, suggestion));

    static string? ColumnOf(IniEntry entry) =>
        entry.Key.EndsWith(DistributionSuffix, StringComparison.OrdinalIgnoreCase) && entry.Key.Length > DistributionSuffix.Length
            ? entry.Key[..^DistributionSuffix.Length].TrimEnd()
            : null;

    static bool TryNumber(string text, out double number, NumberStyles styles = NumberStyles.Float) =>
        double.TryParse(text, styles, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
