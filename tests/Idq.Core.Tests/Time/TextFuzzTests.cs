using FsCheck;
using FsCheck.Fluent;

namespace Idq.Core.Tests.Time;

/// <summary>
/// Whatever text comes, a reader answers: a value, or a message; never an exception, and never a value that does not read back.
/// </summary>
public sealed class TextFuzzTests
{
    static Gen<string> Text(string alphabet, int max) =>
        from length in Gen.Choose(0, max)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);

    [Fact]
    public void Number_like_text_is_read_to_where_the_number_ends() => Text("0123456789.eExXpP+-abcF ", 14).Check(text =>
    {
        var number = GpsNumber.Read(text);
        Assert.InRange(number.Length, 0, text.Length);
        if (!number.IsNumber) Assert.Equal((0L, text[..number.Length].Trim()), (number.Time.Nanoseconds, ""));
        // What was read is a number by itself, of the same value, whatever follows.
        if (number.IsNumber) Assert.Equal(number, GpsNumber.Read(text.AsSpan(0, number.Length)));
        if (number.IsNumber) Assert.Equal(number, GpsNumber.Read(text[..number.Length] + "~"));
        Assert.Equal(number.IsNumber && !number.IsOutOfRange && text[number.Length..].Trim().Length == 0, GpsTime.TryParse(text, out _));
    }, 5000);

    [Fact]
    public void Decimal_numbers_agree_with_exact_decimal_arithmetic() =>
        (from sign in Gen.Elements("", "-", "+")
         from whole in Gen.Choose(0, int.MaxValue)
         from fraction in Text("0123456789", 14)
         from exponent in Gen.Choose(-6, 0)
         select (sign, whole, fraction, exponent)).Check(x =>
        {
            var text = $"{x.sign}{x.whole}.{x.fraction}e{x.exponent}";
            var value = decimal.Parse($"{x.whole}.{x.fraction}0") * (x.sign == "-" ? -1 : 1);
            for (var i = x.exponent; i < 0; i++) value /= 10;
            Assert.Equal((long)Math.Round(value * 1_000_000_000m, MidpointRounding.ToEven), GpsTime.Parse(text).Nanoseconds);
        }, 2000);

    [Fact]
    public void Hexadecimal_numbers_agree_with_shifts() =>
        (
            from whole in Gen.Choose(0, int.MaxValue)
            from fraction in Gen.Choose(0, 255)
            from exponent in Gen.Choose(-8, 2)
            select (whole, fraction, exponent)
        ).Check(
            x =>
            {
                var scaled = new System.Numerics.BigInteger(((long)x.whole << 8) + x.fraction) * 1_000_000_000;
                var shift = x.exponent - 8;
                var (expected, rest) = System.Numerics.BigInteger.DivRem(scaled, System.Numerics.BigInteger.One << -shift);
                var half = System.Numerics.BigInteger.One << -shift - 1;
                if (rest > half || (rest == half && !expected.IsEven)) expected++;
                if (expected >= long.MaxValue)
                    return;
                Assert.Equal((long)expected, GpsTime.Parse($"0x{x.whole:X}.{x.fraction:x2}p{x.exponent}").Nanoseconds);
            },
            2000
        );

    [Fact]
    public void Date_like_text_is_read_or_explained() =>
        Text("0123456789-:T .Z+", 24)
            .Check(
                text =>
                {
                    var clock = new ReplayClock(new GpsTime(7));
                    if (GpsTimeText.TryParse(text, clock, LeapSeconds.BuiltIn, out var time, out var error))
                        Assert.True(error is null && time != default || time.Nanoseconds == 0);
                    else
                        Assert.False(string.IsNullOrEmpty(error));
                },
                3000
            );

    [Fact]
    public void Any_date_and_time_of_day_is_read_back_as_written() =>
        (
            from year in Gen.Choose(1972, 2270)
            from month in Gen.Choose(0, 13)
            from day in Gen.Choose(0, 32)
            from hour in Gen.Choose(0, 24)
            from minute in Gen.Choose(0, 60)
            from second in Gen.Choose(0, 61)
            from fraction in Gen.Choose(0, 999_999_999)
            select (year, month, day, hour, minute, second, fraction)
        ).Check(
            x =>
            {
                var (date, time) = ($"{x.year:D4}-{x.month:D2}-{x.day:D2}", $"{x.hour:D2}:{x.minute:D2}:{x.second:D2}");
                var text = $"{date}T{time}.{x.fraction:D9}";
                var exists =
                    x.month is >= 1 and <= 12
                    && x.day >= 1
                    && x.day <= DateTime.DaysInMonth(x.year, x.month)
                    && x.hour < 24
                    && x.minute < 60
                    && x.second < 60;
                var isRead = Utc.TryParse(text, LeapSeconds.BuiltIn, out var gps, out var error);
                if (!exists && x.second != 60)
                    Assert.False(isRead);
                if (exists)
                    Assert.True(isRead, error);
                if (isRead)
                    Assert.Equal(
                        $"{date}T{time}" + (x.fraction == 0 ? "Z" : $".{x.fraction:D9}".TrimEnd('0') + "Z"),
                        Utc.Format(gps, LeapSeconds.BuiltIn)
                    );
            },
            3000
        );

    [Fact]
    public void Durations_that_are_written_are_read_back() =>
        (from high in Gen.Choose(int.MinValue, int.MaxValue) from low in Gen.Choose(0, int.MaxValue) select ((long)high << 31) + low).Check(
            ns =>
            {
                Assert.True(GpsSeconds.TryParseDuration(GpsSeconds.Format(ns), out var back));
                Assert.Equal(ns, back);
            },
            1000
        );
}
