using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Idq.Tracking;

/// <summary>
/// Arrays as NPY bytes, the format of NumPy: versions 1.0 and 2.0 (and 3.0 read), either byte order, rows or columns first. Objects are
/// refused: nothing is ever run.
/// </summary>
public static partial class NpyFormat
{
    const int Alignment = 64;
    static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    static readonly (NumericType Type, string Code)[] Codes =
    [
        (NumericType.Bool, "b1"),
        (NumericType.Int8, "i1"),
        (NumericType.Int16, "i2"),
        (NumericType.Int32, "i4"),
        (NumericType.Int64, "i8"),
        (NumericType.UInt8, "u1"),
        (NumericType.UInt16, "u2"),
        (NumericType.UInt32, "u4"),
        (NumericType.UInt64, "u8"),
        (NumericType.Float16, "f2"),
        (NumericType.Float32, "f4"),
        (NumericType.Float64, "f8"),
        (NumericType.Complex64, "c8"),
        (NumericType.Complex128, "c16"),
    ];

    /// <summary>An array as NPY bytes: little-endian, rows first; version 1.0 unless its head is too long for that.</summary>
    public static byte[] Write(NumericArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        var code = Codes.First(one => one.Type == array.Type).Code;
        var shape =
            string.Join(", ", array.Shape.Select(length => length.ToString(CultureInfo.InvariantCulture)))
            + (array.Shape.Length == 1 ? "," : "");
        var head =
            $"{{'descr': '{(NumericArray.SizeOf(array.Type) == 1 ? '|' : '<')}{code}', 'fortran_order': False, 'shape': ({shape}), }}";
        // What comes before the elements is a multiple of 64 bytes, and ends in a line feed.
        var isLong = Padded(10, head.Length) - 10 > ushort.MaxValue;
        int start = isLong ? 12 : 10, length = Padded(start, head.Length);
        var bytes = new byte[length + array.Data.Length];
        Magic.CopyTo(bytes, 0);
        bytes[6] = isLong ? (byte)2 : (byte)1;
        if (isLong) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), length - start);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - start));
        bytes.AsSpan(start, length - start).Fill((byte)' ');
        Encoding.ASCII.GetBytes(head, bytes.AsSpan(start));
        bytes[length - 1] = (byte)'\n';
        array.Data.CopyTo(bytes.AsSpan(length));
        return bytes;
    }

    /// <summary>The array in NPY bytes; what is big-endian or has columns first is brought into the order of this library.</summary>
    /// <exception cref="DataStreamException">They are damaged, or hold what is not numbers: objects, text, times, records.</exception>
    public static NumericArray Read(ReadOnlySpan<byte> npy)
    {
        if (npy.Length < 12 || !npy.StartsWith(Magic)) throw Malformed("they do not begin like NPY");
        if (npy[6] is < 1 or > 3) throw Malformed($"version {npy[6]} is not known");
        var start = npy[6] == 1 ? 10 : 12;
        var headLength =
            npy[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(npy[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(npy[8..]);
        if (headLength > npy.Length - start)
            throw Malformed("the head is cut off");
        var (code, isFortran, shape) = ReadHead(Encoding.UTF8.GetString(npy.Slice(start, (int)headLength)));
        var found = Array.FindIndex(Codes, one => one.Code == code[1..]);
        if (found < 0)
            throw new DataStreamException(
                DataStreamFailure.UnsupportedType,
                $"an NPY array of type '{code}' is not read: numbers and booleans are, objects and text are not"
            );
        var type = Codes[found].Type;
        var data = npy[(start + (int)headLength)..].ToArray();
        if (!NumericArray.Fits(type, shape, data.Length))
            throw Malformed($"{data.Length} bytes are not an array of '{code}' of shape ({string.Join(", ", shape)})");
        if (code[0] == '>')
            NumericArray.Swap(data, type);
        if (isFortran && shape.Length > 1)
            data = RowsFirst(data, shape, NumericArray.SizeOf(type));
        return NumericArray.Create(type, shape, data);
    }

    static (string Code, bool IsFortran, int[] Shape) ReadHead(string head)
    {
        var match = Head().Match(head);
        // The three entries may come in any order, each once.
        if (!match.Success || new[] { "descr", "order", "shape" }.Any(name => match.Groups[name].Captures.Count != 1))
            throw Malformed("the head is not one of numbers");
        var lengths = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new int[lengths.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            if (!int.TryParse(lengths[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                throw Malformed("a dimension is too long");
        }

        return (match.Groups["descr"].Value, match.Groups["order"].Value == "True", shape);
    }

    static byte[] RowsFirst(byte[] columnsFirst, int[] shape, int size)
    {
        var rowsFirst = new byte[columnsFirst.Length];
        var index = new int[shape.Length];
        var step = new int[shape.Length];
        for (int i = 0, product = 1; i < shape.Length && columnsFirst.Length > 0; product *= shape[i++]) step[i] = product;
        for (int to = 0, from = 0; to < rowsFirst.Length; to += size)
        {
            columnsFirst.AsSpan(from * size, size).CopyTo(rowsFirst.AsSpan(to));
            // The next element, the last dimension first.
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                from += step[i];
                if (++index[i] < shape[i]) break;
                from -= step[i] * shape[i];
                index[i] = 0;
            }
        }

        return rowsFirst;
    }

    static int Padded(int start, int head) => (start + head + 1 + Alignment - 1) / Alignment * Alignment;

    static DataStreamException Malformed(string why) => new(DataStreamFailure.Malformed, $"the bytes are not an NPY array: {why}");

    // Digits only where a number stands: a shape that is a name or a call is none.
    [GeneratedRegex(
        """^\s*\{\s*((('descr'\s*:\s*'(?<descr>[<>|=][A-Za-z][0-9]*)')|('fortran_order'\s*:\s*(?<order>True|False))"""
            + """|('shape'\s*:\s*\((?<shape>[0-9L,\s]*)\)))\s*,?\s*){3}\}\s*$""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    internal static partial Regex Head();
}
