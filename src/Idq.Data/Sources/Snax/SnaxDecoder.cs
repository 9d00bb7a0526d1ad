using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Idq.Data;

/// <summary>
/// Reads feature messages of SNAX, <c>{"timestamp": GPS, "features": {"CHANNEL": [row or null, …], …}}</c> with rows
/// <c>{"time": GPS, "snr": …, "frequency": …, …}</c>, from bytes to columns.
/// </summary>
/// <remarks>
/// The bare words NaN, Infinity and -Infinity, which Python writes and JSON does not know, are read as numbers. Members may stand in any
/// order; that of the last row, and the channels of the last message, are tried first. In the steady state nothing is allocated for a row.
/// </remarks>
/// <threadsafety>For one thread.</threadsafety>
/// <param name="columns">The members of a row that become columns.</param>
/// <param name="instrument">Channels that begin with another detector, as in "L1:", are left out; null to take all.</param>
sealed class SnaxDecoder(IReadOnlyList<string> columns, string? instrument = null)
{
    /// <summary>The most channels that are told apart: what sends more names sends garbage.</summary>
    public const int MostChannels = 1_000_000;

    const int Skipped = -1, Time = -2, MostMembers = 32;

    readonly (byte[] Name, int Meaning)[] known =
        [(Encoding.UTF8.GetBytes("time"), Time), .. columns.Select((c, i) => (Encoding.UTF8.GetBytes(c), i))];
    readonly List<(byte[] Quoted, int Meaning)> order = [];
    readonly Utf8Names names = new();
    readonly List<int> ids = [];
    readonly EventBuffer buffer = new(columns.Count);
    readonly List<string> channels = [];
    int[] channelIds = [];

    /// <summary>The channels by their ids, in the order in which they were seen first.</summary>
    public IReadOnlyList<string> Channels => channels;

    /// <summary>Reads a message.</summary>
    /// <param name="text">The bytes of it.</param>
    /// <param name="fault">What is wrong, and where; null for a message that was read.</param>
    /// <returns>The events; null when the message is no feature message or damaged: nothing of it is used then.</returns>
    public SnaxMessage? Decode(ReadOnlySpan<byte> text, out string? fault)
    {
        buffer.Clear();
        var reader = new JsonScanner(text);
        var (losses, slots, hasFeatures) = (default(SnaxLosses), 0, false);
        GpsTime? start = null;
        var isRead = ReadMessage(ref reader, ref losses, ref slots, ref start, ref hasFeatures);
        fault = !isRead ? reader.Fault
            : start is null ? "it has no timestamp"
            : !hasFeatures ? "it has no features"
            : null;
        if (fault is not null) return null;
        var count = buffer.Count;
        return new(
            start!.Value, slots, buffer.Times.AsSpan(0, count).ToArray(), channelIds.AsSpan(0, count).ToArray(),
            Array.ConvertAll(buffer.Columns, c => c.AsSpan(0, count).ToArray()), losses);
    }

    bool ReadMessage(ref JsonScanner reader, ref SnaxLosses losses, ref int slots, ref GpsTime? start, ref bool hasFeatures)
    {
        if (!reader.Expect('{')) return false;
        if (!reader.TryTake('}'))
        {
            do
            {
                if (!reader.String(out var name, out _) || !reader.Expect(':')) return false;
                if (name.SequenceEqual("timestamp"u8))
                {
                    if (start is not null) return reader.Fail("a second timestamp");
                    if (!reader.Time(out var time)) return reader.Fail("the timestamp is no GPS time");
                    start = time;
                }
                else if (name.SequenceEqual("features"u8))
                {
                    if (hasFeatures) return reader.Fail("a second set of features");
                    hasFeatures = true;
                    if (!ReadFeatures(ref reader, ref losses, ref slots)) return false;
                }
                else if (!reader.Skip()) return false;
            } while (reader.TryTake(','));
            if (!reader.Expect('}')) return false;
        }
        return reader.IsAtEnd() || reader.Fail("something follows the message");
    }

    bool ReadFeatures(ref JsonScanner reader, ref SnaxLosses losses, ref int slots)
    {
        if (!reader.Expect('{')) return false;
        if (reader.TryTake('}')) return true;
        var place = 0;
        do
        {
            if (!reader.String(out var name, out var isEscaped)) return false;
            if (isEscaped && !TryUnescape(name, out name)) return reader.Fail("a channel's name is not UTF-8 text");
            if (!TryFind(name, place++, out var channel)) return reader.Fail("a channel's name is not UTF-8 text, or there are too many");
            if (!reader.Expect(':')) return false;
            if (channel < 0)
            {
                losses = losses with { Foreign = losses.Foreign + 1 };
                if (!reader.Skip()) return false;
            }
            else if (!ReadSlots(ref reader, channel, ref losses, ref slots)) return false;
        } while (reader.TryTake(','));
        return reader.Expect('}');
    }

    bool ReadSlots(ref JsonScanner reader, int channel, ref SnaxLosses losses, ref int slots)
    {
        if (reader.TryNull()) return true;
        if (!reader.Expect('[')) return false;
        if (reader.TryTake(']')) return true;
        var count = 0;
        do
        {
            count++;
            if (reader.TryNull()) losses = losses with { Nulls = losses.Nulls + 1 };
            else if (!ReadRow(ref reader, channel, ref losses)) return false;
        } while (reader.TryTake(','));
        slots = Math.Max(slots, count);
        return reader.Expect(']');
    }

    bool ReadRow(ref JsonScanner reader, int channel, ref SnaxLosses losses)
    {
        if (!reader.Expect('{')) return false;
        buffer.Reserve(1);
        if (channelIds.Length < buffer.Times.Length) Array.Resize(ref channelIds, buffer.Times.Length);
        var row = buffer.Count;
        foreach (var column in buffer.Columns) column[row] = double.NaN;
        var (seen, missing) = (0UL, columns.Count);
        GpsTime? time = null;
        if (!reader.TryTake('}'))
        {
            var place = 0;
            do
            {
                if (!TryMeaning(ref reader, place++, out var meaning)) return false;
                if (meaning == Skipped)
                {
                    if (!reader.Skip()) return false;
                    continue;
                }
                var bit = 1UL << (meaning == Time ? 63 : meaning);
                if ((seen & bit) != 0) return reader.Fail("a member stands twice in one row");
                seen |= bit;
                if (meaning == Time)
                {
                    if (reader.Time(out var read)) time = read;
                    else if (!reader.Number(out _)) return false;
                }
                else
                {
                    if (!reader.Number(out var value)) return false;
                    buffer.Columns[meaning][row] = value;
                    if (double.IsFinite(value)) missing--;
                }
            } while (reader.TryTake(','));
            if (!reader.Expect('}')) return false;
        }
        if (time is not { } at)
        {
            losses = losses with { Timeless = losses.Timeless + 1 };
            return true;
        }
        if (missing > 0) losses = losses with { NotNumbers = losses.NotNumbers + missing };
        buffer.Times[row] = at.Nanoseconds;
        channelIds[row] = channel;
        buffer.Advance(1);
        return true;
    }

    // What the next member of a row means, up to and with its colon. Rows of one producer have their members in one order.
    bool TryMeaning(ref JsonScanner reader, int place, out int meaning)
    {
        if (place < order.Count && reader.TryText(order[place].Quoted))
        {
            meaning = order[place].Meaning;
            return reader.Expect(':');
        }
        meaning = Skipped;
        if (!reader.String(out var name, out _)) return false;
        foreach (var (member, its) in known)
            if (name.SequenceEqual(member)) meaning = its;
        if (place < MostMembers)
        {
            (byte[] Quoted, int Meaning) found = ([(byte)'"', .. name, (byte)'"'], meaning);
            if (place < order.Count) order[place] = found;
            else if (place == order.Count) order.Add(found);
        }
        return reader.Expect(':');
    }

    // Messages of one producer have their channels in one order.
    bool TryFind(ReadOnlySpan<byte> name, int place, out int channel)
    {
        channel = Skipped;
        if (!names.TryFind(name, place, out var known))
        {
            if (names.Count >= MostChannels || !Utf8.IsValid(name)) return false;
            known = names.Add(name, place);
            var text = Encoding.UTF8.GetString(name);
            var isForeign = instrument is not null && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
                && !text.AsSpan(0, colon).SequenceEqual(instrument);
            ids.Add(isForeign ? Skipped : channels.Count);
            if (!isForeign) channels.Add(text);
        }
        channel = ids[known];
        return true;
    }

    static bool TryUnescape(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> name)
    {
        name = default;
        try
        {
            var reader = new Utf8JsonReader([(byte)'"', .. raw, (byte)'"']);
            reader.Read();
            name = Encoding.UTF8.GetBytes(reader.GetString()!);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
