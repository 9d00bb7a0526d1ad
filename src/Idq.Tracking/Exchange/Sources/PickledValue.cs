using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Idq.Tracking;

/// <summary>
/// Reads the data that a Python pickle of protocol 4 or 5 describes, and nothing else: numbers, text, bytes, lists, tuples, sets and
/// dictionaries. Every instruction that would name, load or call code is refused before it has any effect; nothing is ever executed.
/// </summary>
/// <remarks>Values are null, bool, long, BigInteger, double, string, byte[], <see cref="Items"/> and <see cref="Pairs"/>.</remarks>
sealed class PickledValue
{
    // One instruction makes at most one value, so the stack cannot outgrow the data; the memo may skip numbers.
    readonly byte[] data;
    readonly Stack<object?> stack = new();
    readonly Stack<int> marks = new();
    readonly Dictionary<int, object?> memo = [];
    int at;

    PickledValue(byte[] data) => this.data = data;

    /// <summary>A list, a tuple or a set.</summary>
    internal sealed class Items(bool isSet)
    {
        /// <summary>Its elements.</summary>
        public List<object?> Values { get; } = [];

        /// <summary>True for a set.</summary>
        public bool IsSet => isSet;
    }

    /// <summary>A dictionary, in its order.</summary>
    internal sealed class Pairs
    {
        /// <summary>Its pairs; of two with one key the later one counts.</summary>
        public List<(object? Key, object? Value)> Values { get; } = [];

        /// <summary>The value under a text key, or null.</summary>
        public object? this[string key] => Values.FindLast(p => p.Key is string text && text == key).Value;
    }

    /// <summary>The value.</summary>
    /// <exception cref="FormatException">It is damaged, or asks for more than data.</exception>
    public static object? Read(byte[] data)
    {
        try
        {
            return new PickledValue(data).Run();
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or DecoderFallbackException)
        {
            throw new FormatException("the pickle is damaged", e);
        }
    }

    object? Run()
    {
        while (true)
        {
            var instruction = data[at++];
            switch (instruction)
            {
                case 0x80: // protocol
                    if (data[at++] is var protocol and (< 2 or > 5)) throw new FormatException($"pickle protocol {protocol} is not known");
                    break;
                case 0x95: // frame
                    Take(8);
                    break;
                case (byte)'.':
                    return stack.Pop();
                case (byte)'(':
                    marks.Push(stack.Count);
                    break;
                case (byte)'N':
                    stack.Push(null);
                    break;
                case 0x88:
                    stack.Push(true);
                    break;
                case 0x89:
                    stack.Push(false);
                    break;
                case (byte)'K':
                    stack.Push((long)data[at++]);
                    break;
                case (byte)'M':
                    stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case (byte)'J':
                    stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case 0x8a:
                    stack.Push(Whole(Take(data[at++])));
                    break;
                case (byte)'G':
                    stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case 0x8c:
                    stack.Push(Text(data[at++]));
                    break;
                case (byte)'X':
                    stack.Push(Text(Length4()));
                    break;
                case 0x8d:
                    stack.Push(Text(Length8()));
                    break;
                case (byte)'C':
                    stack.Push(Take(data[at++]).ToArray());
                    break;
                case (byte)'B':
                    stack.Push(Take(Length4()).ToArray());
                    break;
                case 0x8e or 0x96:
                    stack.Push(Take(Length8()).ToArray());
                    break;
                case (byte)']':
                    stack.Push(new Items(isSet: false));
                    break;
                case (byte)')':
                    stack.Push(new Items(isSet: false));
                    break;
                case 0x8f:
                    stack.Push(new Items(isSet: true));
                    break;
                case (byte)'}':
                    stack.Push(new Pairs());
                    break;
                case 0x85:
                    Tuple(1);
                    break;
                case 0x86:
                    Tuple(2);
                    break;
                case 0x87:
                    Tuple(3);
                    break;
                case (byte)'t':
                    Tuple(stack.Count - marks.Pop());
                    break;
                case (byte)'a':
                    Append(1);
                    break;
                case (byte)'e' or 0x90:
                    Append(stack.Count - marks.Pop());
                    break;
                case (byte)'s':
                    SetItems(2);
                    break;
                case (byte)'u':
                    SetItems(stack.Count - marks.Pop());
                    break;
                case 0x94:
                    memo[memo.Count] = stack.Peek();
                    break;
                case (byte)'q':
                    memo[data[at++]] = stack.Peek();
                    break;
                case (byte)'r':
                    memo[Length4()] = stack.Peek();
                    break;
                case (byte)'h':
                    stack.Push(Remembered(data[at++]));
                    break;
                case (byte)'j':
                    stack.Push(Remembered(Length4()));
                    break;
                default:
                    throw new FormatException(
                        $"the pickle has instruction 0x{instruction:x2} at byte {at - 1}, which is not data: it is refused"
                    );
            }
        }
    }

    object? Remembered(int number) =>
        memo.TryGetValue(number, out var value)
            ? value
            : throw new FormatException($"the pickle refers to value {number}, which it does not have");

    void Tuple(int count)
    {
        var tuple = new Items(isSet: false);
        tuple.Values.AddRange(PopAll(count));
        stack.Push(tuple);
    }

    void Append(int count)
    {
        var values = PopAll(count);
        (stack.Peek() as Items ?? throw new FormatException("the pickle appends to what is no list")).Values.AddRange(values);
    }

    void SetItems(int count)
    {
        var values = PopAll(count);
        if (count % 2 != 0) throw new FormatException("the pickle has a key without a value");
        var pairs = stack.Peek() as Pairs ?? throw new FormatException("the pickle sets an item of what is no dictionary");
        for (var i = 0; i < count; i += 2) pairs.Values.Add((values[i], values[i + 1]));
    }

    object?[] PopAll(int count)
    {
        if (count < 0) throw new FormatException("the pickle takes more than it has");
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--) values[i] = stack.Pop();
        return values;
    }

    static object Whole(ReadOnlySpan<byte> bytes) =>
        new BigInteger(bytes) is var number && number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;

    string Text(int length) => new UTF8Encoding(false, true).GetString(Take(length));

    int Length4() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    int Length8() =>
        BinaryPrimitives.ReadInt64LittleEndian(Take(8)) is >= 0 and <= int.MaxValue and var length
            ? (int)length
            : throw new FormatException("the pickle has a length beyond its end");

    ReadOnlySpan<byte> Take(int count)
    {
        var bytes = data.AsSpan(at, count);
        at += count;
        return bytes;
    }
}
