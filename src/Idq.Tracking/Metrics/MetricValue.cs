namespace Idq.Tracking;

/// <summary>A value of a metric, kept exactly: any double (NaN and infinities included), any 64-bit integer, or a text.</summary>
/// <remarks>
/// Two values are equal when they are the same number, whether it is held as a double or as an integer, or the same text. A negative
/// zero is zero, and a NaN equals a NaN.
/// </remarks>
public readonly struct MetricValue : IEquatable<MetricValue>
{
    // 2^63: the first double past the integers.
    const double Beyond = 9223372036854775808.0;

    readonly double number;
    readonly long integer;
    readonly string? text;
    readonly Kind kind;

    MetricValue(Kind kind, double number = 0, long integer = 0, string? text = null) =>
        (this.kind, this.number, this.integer, this.text) = (kind, number, integer, text);

    enum Kind : byte
    {
        Number,
        Integer,
        Text,
    }

    /// <summary>The type of the column that holds such a value: double, long or string.</summary>
    public Type Type => kind switch
    {
        Kind.Number => typeof(double),
        Kind.Integer => typeof(long),
        _ => typeof(string),
    };

    /// <summary>True for a double or an integer.</summary>
    public bool IsNumber => kind != Kind.Text;

    /// <summary>The number, an integer rounded to the nearest double; NaN for a text.</summary>
    public double AsDouble => kind switch
    {
        Kind.Number => number,
        Kind.Integer => integer,
        _ => double.NaN,
    };

    /// <summary>The integer; 0 for any other.</summary>
    internal long AsInteger => integer;

    /// <summary>The text; null for a number.</summary>
    public string? AsText => text;

    /// <summary>The value as an object: a double, a long or a string.</summary>
    public object Boxed => kind switch
    {
        Kind.Number => number,
        Kind.Integer => integer,
        _ => text!,
    };

    /// <summary>A double.</summary>
    public static implicit operator MetricValue(double value) => new(Kind.Number, number: value == 0 ? 0 : value);

    /// <summary>An integer.</summary>
    public static implicit operator MetricValue(long value) => new(Kind.Integer, integer: value);

    /// <summary>An integer.</summary>
    public static implicit operator MetricValue(int value) => new(Kind.Integer, integer: value);

    /// <summary>A text.</summary>
    public static implicit operator MetricValue(string value) =>
        new(Kind.Text, text: value ?? throw new ArgumentNullException(nameof(value)));

    /// <summary>Equal values.</summary>
    public static bool operator ==(MetricValue a, MetricValue b) => a.Equals(b);

    /// <summary>Different values.</summary>
    public static bool operator !=(MetricValue a, MetricValue b) => !a.Equals(b);

    /// <summary>The same value as another type would hold it; null when that type cannot.</summary>
    public MetricValue? As(Type type)
    {
        if (type == Type)
            return this;
        if (type == typeof(double) && kind == Kind.Integer && (long)(double)integer == integer && (double)integer != Beyond)
            return (double)integer;
        if (type == typeof(long) && kind == Kind.Number && number >= -Beyond && number < Beyond && Math.Floor(number) == number)
            return (long)number;
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(MetricValue other) => (kind, other.kind) switch
    {
        (Kind.Text, Kind.Text) => text == other.text,
        (Kind.Text, _) or (_, Kind.Text) => false,
        (Kind.Number, Kind.Number) => number.Equals(other.number),
        (Kind.Integer, Kind.Integer) => integer == other.integer,
        (Kind.Number, _) => As(typeof(long)) is { } whole && whole.integer == other.integer,
        _ => other.Equals(this),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => kind == Kind.Text ? StringComparer.Ordinal.GetHashCode(text!) : AsDouble.GetHashCode();

    /// <summary>The number as it reads back, or the text.</summary>
    public override string ToString() => kind switch
    {
        Kind.Number => number.ToString("R"),
        Kind.Integer => integer.ToString(),
        _ => text!,
    };
}
