using System.Globalization;

namespace Idq.Benchmarks;

/// <summary>A number with its unit, printed as people read it.</summary>
/// <param name="Value">In the plain unit: seconds, bytes, things a second, percent.</param>
/// <param name="Unit">"s", "B", "%", "" or a rate such as "features/s".</param>
public readonly record struct Figure(double Value, string Unit)
{
    /// <summary>Three significant digits, with the prefix that suits.</summary>
    public override string ToString() => Unit switch
    {
        "s" => Math.Abs(Value) switch
        {
            >= 1 => $"{Digits(Value)} s",
            >= 1e-3 => $"{Digits(Value * 1e3)} ms",
            >= 1e-6 => $"{Digits(Value * 1e6)} µs",
            0 => "0 s",
            _ => $"{Digits(Value * 1e9)} ns",
        },
        "B" => Math.Abs(Value) >= 1 << 20 ? $"{Digits(Value / (1 << 20))} MiB" : $"{Digits(Value)} B",
        "%" => $"{Digits(Value)} %",
        "" => Digits(Value),
        _ when Unit.EndsWith("/s", StringComparison.Ordinal) => Value switch
        {
            >= 1e9 => $"{Digits(Value / 1e9)} G {Unit}",
            >= 1e6 => $"{Digits(Value / 1e6)} M {Unit}",
            >= 1e3 => $"{Digits(Value / 1e3)} k {Unit}",
            _ => $"{Digits(Value)} {Unit}",
        },
        _ => $"{Digits(Value)} {Unit}",
    };

    /// <summary>Three significant digits without an exponent where there is a short way.</summary>
    public static string Digits(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e-3 => value.ToString("0.0e0", CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 100 => value.ToString("0.0", CultureInfo.InvariantCulture),
        < 1e6 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00e0", CultureInfo.InvariantCulture),
    };
}
