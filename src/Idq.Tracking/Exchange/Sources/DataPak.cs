using System.IO.Compression;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Values as MLtraq keeps them in binary columns: pickled data in which a dictionary with the key DATAPAK-0 names the type of what is
/// under "value". Written as JSON in the form that sequences of data streams have.
/// </summary>
static class DataPak
{
    const string TypeKey = "DATAPAK-0";

    // A value may be referred to many times, so a few bytes can describe more than fits into memory.
    const int MostNodes = 20_000_000;
    const int MostDepth = 64;
    const int MostInflated = 1 << 30;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The value in a column's bytes.</summary>
    /// <exception cref="FormatException">It is damaged or asks for more than data.</exception>
    public static object? Read(byte[] data) => PickledValue.Read(data.AsSpan().StartsWith("C01"u8) ? Inflate(data) : data);

    /// <summary>The name of the type of a typed value and what is inside; null for a plain one.</summary>
    public static (string Type, object? Value)? Typed(object? value) =>
        value is PickledValue.Pairs pairs && pairs[TypeKey] is string type ? (type, pairs["value"]) : null;

    /// <summary>The table of a sequence; null for any other value.</summary>
    public static ArrowTable? Sequence(object? value) =>
        Typed(value) is ("mltraq.Sequence-0", var inner) ? Table(inner) ?? throw new FormatException("a sequence has no table") : null;

    /// <summary>The members of a dictionary of text keys, or of MLtraq's "bunch".</summary>
    public static IEnumerable<(string Name, object? Value)> Members(object? value)
    {
        if (Typed(value) is ("mltraq.Bunch-0", var inner)) value = inner;
        return value is PickledValue.Pairs pairs ? pairs.Values.Select(p => (Name(p.Key), p.Value)) : [];
    }

    /// <summary>A value as JSON.</summary>
    public static string Json(object? value)
    {
        try
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Options))
            {
                var nodes = 0;
                Write(writer, value, 0, ref nodes);
            }
            return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new FormatException("a value is damaged", e);
        }
    }

    /// <summary>Writes a value of a table or of a pickle.</summary>
    public static void Write(Utf8JsonWriter json, object? value, int depth, ref int nodes)
    {
        if (++nodes > MostNodes || depth > MostDepth) throw new FormatException("a value is too large or too deep");
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteNumberValue(number); break;
            case BigInteger number: json.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture)); break;
            case double number when double.IsFinite(number):
                var text = number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
                json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
                break;
            case double number: Tagged(json, "$double", double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity"); break;
            case string s: json.WriteStringValue(s); break;
            case Instant time: Tagged(json, "$instant", Timestamps.Text(time)); break;
            case byte[] bytes:
                json.WriteStartObject();
                json.WriteBase64String("$bytes", bytes);
                json.WriteEndObject();
                break;
            case PickledValue.Items items:
                if (items.IsSet)
                {
                    json.WriteStartObject();
                    json.WritePropertyName("$set");
                }
                json.WriteStartArray();
                foreach (var item in items.Values) Write(json, item, depth + 1, ref nodes);
                json.WriteEndArray();
                if (items.IsSet) json.WriteEndObject();
                break;
            case PickledValue.Pairs pairs when Typed(pairs) is { } typed:
                WriteTyped(json, typed.Type, typed.Value, depth, ref nodes);
                break;
            case PickledValue.Pairs pairs:
                json.WriteStartObject();
                foreach (var (key, member) in pairs.Values)
                {
                    var name = Name(key);
                    json.WritePropertyName(name.StartsWith('$') ? "$" + name : name);
                    Write(json, member, depth + 1, ref nodes);
                }
                json.WriteEndObject();
                break;
            default: throw new FormatException($"a value of type {value.GetType().Name} has no JSON");
        }
    }

    static void WriteTyped(Utf8JsonWriter json, string type, object? value, int depth, ref int nodes)
    {
        switch (type, value)
        {
            case ("uuid.UUID-0", string uuid):
                Tagged(json, "$uuid", uuid);
                break;
            case ("numpy.datetime64-0", long microseconds):
                Tagged(json, "$instant", Timestamps.Text(Instant.FromUnixTimeTicks(checked(microseconds * 10))));
                break;
            case ("numpy.ndarray-0", byte[] npy):
                WriteArray(json, npy);
                break;
            case ("mltraq.Bunch-0", PickledValue.Pairs):
                Write(json, value, depth + 1, ref nodes);
                break;
            case ("mltraq.Sequence-0", _) when Table(value) is { } table:
                WriteTable(json, table, depth, ref nodes);
                break;
            case ("pandas.DataFrame-0" or "pandas.Series-0" or "pyarrow.Table-0", byte[] arrow):
                WriteTable(json, ArrowTable.Read(arrow), depth, ref nodes);
                break;
            default:
                // References to files and types of later versions: what is there is kept under the name of its type.
                json.WriteStartObject();
                json.WriteString("$datapak", type);
                json.WritePropertyName("value");
                Write(json, value, depth + 1, ref nodes);
                json.WriteEndObject();
                break;
        }
    }

    static void WriteTable(Utf8JsonWriter json, ArrowTable table, int depth, ref int nodes)
    {
        json.WriteStartObject();
        json.WriteStartObject("$table");
        foreach (var (name, values) in table.Columns)
        {
            json.WriteStartArray(name);
            foreach (var value in values) Write(json, value, depth + 1, ref nodes);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // An NPY file: magic, version, length, a header that looks like a Python dictionary, and the elements.
    static void WriteArray(Utf8JsonWriter json, byte[] npy)
    {
        try
        {
            if (npy.Length < 10 || npy[0] != 0x93 || !npy.AsSpan(1).StartsWith("NUMPY"u8))
                throw new FormatException("an array is no NPY file");
            var start = npy[6] == 1 ? 10 : 12;
            var length = npy[6] == 1 ? BitConverter.ToUInt16(npy, 8) : BitConverter.ToInt32(npy, 8);
            var header = Encoding.Latin1.GetString(npy, start, length);
            var type = Between(header, "'descr': '", "'");
            var isFortran = Between(header, "'fortran_order': ", ",") == "True";
            var shape = Between(header, "'shape': (", ")")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(long.Parse)
                .ToArray();
            var name = type switch
            {
                "|b1" => "Bool",
                "|i1" => "Int8",
                "<i2" => "Int16",
                "<i4" => "Int32",
                "<i8" => "Int64",
                "|u1" => "UInt8",
                "<u2" => "UInt16",
                "<u4" => "UInt32",
                "<u8" => "UInt64",
                "<f2" => "Float16",
                "<f4" => "Float32",
                "<f8" => "Float64",
                "<c8" => "Complex64",
                "<c16" => "Complex128",
                _ => null,
            };
            json.WriteStartObject();
            if (name is null || (isFortran && shape.Length > 1))
            {
                json.WriteBase64String("$npy", npy);
            }
            else
            {
                json.WriteStartObject("$array");
                json.WriteString("type", name);
                json.WriteStartArray("shape");
                foreach (var dimension in shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteBase64String("data", npy.AsSpan(start + length));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        catch (ArgumentException e)
        {
            throw new FormatException("an array is damaged", e);
        }
    }

    static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(after, start + before.Length, StringComparison.Ordinal);
        return end < 0 ? throw new FormatException("the header of an array is damaged") : text[(start + before.Length)..end];
    }

    static ArrowTable? Table(object? value) => Typed(value) is ("pandas.DataFrame-0", byte[] arrow) ? ArrowTable.Read(arrow) : null;

    static string Name(object? key) => key switch
    {
        string text => text,
        null => "None",
        _ => Json(key),
    };

    static void Tagged(Utf8JsonWriter json, string tag, string value)
    {
        json.WriteStartObject();
        json.WriteString(tag, value);
        json.WriteEndObject();
    }

    static byte[] Inflate(byte[] data)
    {
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(data, 3, data.Length - 3), CompressionMode.Decompress);
            using var all = new MemoryStream();
            var page = new byte[81_920];
            for (int read; (read = inflated.Read(page)) > 0;)
            {
                all.Write(page, 0, read);
                if (all.Length > MostInflated) throw new FormatException("a compressed value is larger than 1 GiB");
            }
            return all.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("a compressed value is damaged", e);
        }
    }
}
