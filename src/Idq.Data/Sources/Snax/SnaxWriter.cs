using System.Buffers;
using System.Text.Json;

namespace Idq.Data;

/// <summary>Writes events as feature messages of SNAX, which a <see cref="KafkaSource"/> reads.</summary>
public static class SnaxWriter
{
    static readonly JsonWriterOptions Raw = new() { SkipValidation = true };

    /// <summary>
    /// One message of the events in a span: every channel has a slot for each sampling interval, in which the loudest event stands, or
    /// null.
    /// </summary>
    /// <param name="table">The events; channels without events in the span are in the message too.</param>
    /// <param name="span">A whole number of sampling intervals.</param>
    /// <param name="channels">The channels of the message.</param>
    /// <param name="sampleRate">Slots a second.</param>
    /// <param name="loudness">The column that says how loud an event is; of equal ones, and without the column, the first stands.</param>
    /// <returns>The bytes, and how many events they hold.</returns>
    public static (byte[] Bytes, int Events) Write(
        EventTable table, Segment span, IEnumerable<int> channels, double sampleRate, string loudness = "snr")
    {
        var bytes = new ArrayBufferWriter<byte>();
        var events = 0;
        using (var json = new Utf8JsonWriter(bytes, Raw))
        {
            var slots = new int[(int)Math.Round(span.Duration / 1e9 * sampleRate)];
            json.WriteStartObject();
            json.WritePropertyName("timestamp");
            json.WriteRawValue(span.Start.ToString());
            json.WriteStartObject("features");
            foreach (var channel in channels)
            {
                var run = table.Run(channel, span);
                FillSlots(run, span, slots, table.FindColumn(loudness));
                json.WriteStartArray(table.Channels[channel]);
                foreach (var row in slots)
                {
                    if (row < 0) json.WriteNullValue();
                    else
                    {
                        WriteRow(json, table, channel, run, row, span);
                        events++;
                    }
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return (bytes.WrittenSpan.ToArray(), events);
    }

    static void FillSlots(EventRun run, Segment span, int[] slots, int loudness)
    {
        Array.Fill(slots, -1);
        var values = loudness < 0 ? [] : run.Column(loudness);
        for (var i = 0; i < run.Count; i++)
        {
            var slot = (int)((Int128)(run.Times[i] - span.Start.Nanoseconds) * slots.Length / span.Duration);
            if (slots[slot] < 0 || (loudness >= 0 && values[i] > values[slots[slot]])) slots[slot] = i;
        }
    }

    static void WriteRow(Utf8JsonWriter json, EventTable table, int channel, EventRun run, int row, Segment span)
    {
        json.WriteStartObject();
        json.WritePropertyName("timestamp");
        json.WriteRawValue(span.Start.ToString());
        json.WriteString("channel", table.Channels[channel]);
        json.WritePropertyName("time");
        json.WriteRawValue(new GpsTime(run.Times[row]).ToString());
        for (var c = 0; c < table.Columns.Count; c++)
        {
            json.WritePropertyName(table.Columns[c]);
            var value = run.Column(c)[row];
            // As Python writes what JSON has no word for.
            if (double.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteRawValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity", skipInputValidation: true);
        }
        json.WriteEndObject();
    }
}
