using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;

namespace Idq.Data;

/// <summary>
/// Reads JSON that is mostly numbers, forward only. Besides JSON it knows the bare words NaN, Infinity and -Infinity.
/// </summary>
/// <remarks>Every method skips blanks first. After a method failed, <see cref="Fault"/> says what was expected, and where.</remarks>
ref struct JsonScanner(ReadOnlySpan<byte> text)
{
    const int MostDepth = 64;

    // The powers of ten that a double holds exactly.
    static readonly double[] Powers = [.. Enumerable.Range(0, 23).Select(e => double.Parse($"1e{e}"))];

    static readonly SearchValues<byte> OfNumbers = SearchValues.Create("+-.0123456789Ee"u8);

    readonly ReadOnlySpan<byte> text = text;
    int at;

    /// <summary>What was wrong, and at which byte (from 0).</summary>
    public string? Fault { get; private set; }

    /// <summary>Notes what is wrong here, if nothing was wrong before; false.</summary>
    public bool Fail(string what)
    {
        Fault ??= $"{what} (at byte {at} of {text.Length})";
        return false;
    }

    /// <summary>True when nothing but blanks follows.</summary>
    public bool IsAtEnd()
    {
        SkipBlanks();
        return at == text.Length;
    }

    /// <summary>Takes a character that must come next.</summary>
    public bool Expect(char wanted) =>
        TryTake(wanted) || Fail(at < text.Length ? $"'{wanted}' was expected" : $"it ends where '{wanted}' was expected");

    /// <summary>Takes a character if it comes next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(char wanted)
    {
        SkipBlanks();
        if (at >= text.Length || text[at] != wanted) return false;
        at++;
        return true;
    }

    /// <summary>Takes these bytes if they come next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryText(ReadOnlySpan<byte> wanted)
    {
        SkipBlanks();
        if (!text[at..].StartsWith(wanted)) return false;
        at += wanted.Length;
        return true;
    }

    /// <summary>Takes the word null if it comes next.</summary>
    public bool TryNull() => TryText("null"u8);

    /// <summary>A string, without its quotes and as it stands.</summary>
    public bool String(out ReadOnlySpan<byte> raw, out bool isEscaped)
    {
        raw = default;
        isEscaped = false;
        SkipBlanks();
        if (at >= text.Length || text[at] != '"') return Fail("a string was expected");
        var end = at + 1;
        while (true)
        {
            var next = text[end..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return Fail("a string does not end");
            end += next;
            if (text[end] == '"') break;
            isEscaped = true;
            end += 2;
            if (end > text.Length) return Fail("a string does not end");
        }
        raw = text[(at + 1)..end];
        at = end + 1;
        return true;
    }

    /// <summary>A number; null is NaN.</summary>
    public bool Number(out double value)
    {
        SkipBlanks();
        var start = at;
        var p = at;
        var isNegative = p < text.Length && text[p] == '-';
        if (isNegative) p++;
        var (mantissa, digits, exponent) = (0UL, 0, 0);
        var first = p;
        for (; p < text.Length && (uint)(text[p] - '0') <= 9; p++, digits++) mantissa = 10 * mantissa + (uint)(text[p] - '0');
        if (p == first) return Word(out value);
        if (text[first] == '0' && p > first + 1) return Wrong(out value);
        if (p < text.Length && text[p] == '.')
        {
            var point = ++p;
            for (; p < text.Length && (uint)(text[p] - '0') <= 9; p++, digits++) mantissa = 10 * mantissa + (uint)(text[p] - '0');
            if (p == point) return Wrong(out value);
            exponent = point - p;
        }
        var isPlain = p >= text.Length || (text[p] | 0x20) != 'e';
        if (isPlain && digits <= 19 && mantissa <= 1UL << 53 && exponent >= -22)
        {
            // Both are exact, so that one division rounds as it must (Clinger 1990).
            value = mantissa / Powers[-exponent];
            if (isNegative) value = -value;
            at = p;
            return true;
        }
        p = EndOfNumber(p);
        if (!Utf8Parser.TryParse(text[start..p], out value, out var used) || used != p - start) return Wrong(out value);
        at = p;
        return true;
    }

    /// <summary>GPS seconds as a finite time, exact to the nanosecond; nothing is taken when it is something else.</summary>
    public bool Time(out GpsTime time)
    {
        SkipBlanks();
        var p = at;
        var seconds = 0L;
        for (; p < text.Length && (uint)(text[p] - '0') <= 9 && p - at < 11; p++) seconds = 10 * seconds + (text[p] - '0');
        if (p > at && p - at <= 10)
        {
            var (fraction, scale) = (0L, GpsTime.NanosecondsPerSecond);
            if (p < text.Length && text[p] == '.')
                for (p++; p < text.Length && (uint)(text[p] - '0') <= 9 && scale > 1; p++)
                {
                    scale /= 10;
                    fraction += scale * (text[p] - '0');
                }
            if (p >= text.Length || !((uint)(text[p] - '0') <= 9 || (text[p] | 0x20) == 'e' || text[p] == '.'))
            {
                // Ten digits of seconds are 316 years, less than GPS times reach.
                time = new(seconds * GpsTime.NanosecondsPerSecond + fraction);
                at = p;
                return true;
            }
        }
        p = EndOfNumber(at);
        if (!GpsTime.TryParse(Encoding.ASCII.GetString(text[at..p]), out time) || !time.IsFinite) return false;
        at = p;
        return true;
    }

    /// <summary>Any value, of which only the brackets and the ends of strings are looked at.</summary>
    public bool Skip()
    {
        var depth = 0;
        do
        {
            SkipBlanks();
            if (at >= text.Length) return Fail("it ends inside a value");
            switch (text[at])
            {
                case (byte)'"':
                    if (!String(out _, out _)) return false;
                    break;
                case (byte)'{' or (byte)'[':
                    if (++depth > MostDepth) return Fail("it is nested too deeply");
                    at++;
                    continue;
                case (byte)'}' or (byte)']':
                    if (--depth < 0) return Fail("a value was expected");
                    at++;
                    break;
                case (byte)',' or (byte)':':
                    if (depth == 0) return Fail("a value was expected");
                    at++;
                    continue;
                default:
                    var first = at;
                    while (at < text.Length && text[at] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)':' or <= (byte)' ')) at++;
                    if (at == first) return Fail("a value was expected");
                    break;
            }
        } while (depth > 0);
        return true;
    }

    readonly int EndOfNumber(int from)
    {
        var length = text[from..].IndexOfAnyExcept(OfNumbers);
        return length < 0 ? text.Length : from + length;
    }

    bool Word(out double value)
    {
        value = double.NaN;
        if (TryNull() || TryText("NaN"u8)) return true;
        if (TryText("Infinity"u8)) value = double.PositiveInfinity;
        else if (TryText("-Infinity"u8)) value = double.NegativeInfinity;
        else return Wrong(out value);
        return true;
    }

    bool Wrong(out double value)
    {
        value = double.NaN;
        return Fail("a number was expected");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void SkipBlanks()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }
}
