using System.IO.Compression;
using System.Text;

namespace Idq.Tracking.Tests.Exchange;

/// <summary>What others' binary columns may hold: data is read, everything else is refused.</summary>
public sealed class PickleTests
{
    [Theory]
    [InlineData("80054e2e", "null")]
    [InlineData("8005882e", "true")]
    [InlineData("80054a000000802e", "-2147483648")]
    [InlineData("80058a08000000000000008 02e", "-9223372036854775808")]
    [InlineData("80058a09ffffffffffffffff002e", "18446744073709551615")]
    [InlineData("8005473fb999999999999a2e", "0.1")]
    [InlineData("8005477ff80000000000002e", "{\"$double\":\"NaN\"}")]
    [InlineData("800547fff00000000000002e", "{\"$double\":\"-Infinity\"}")]
    [InlineData("80058c03c3a9612e", "\"éa\"")]
    [InlineData("80054302ff002e", "{\"$bytes\":\"/wA=\"}")]
    [InlineData("80055d94284b014b02652e", "[1,2]")]
    [InlineData("80054b014b02869 42e", "[1,2]")]
    [InlineData("80058f94284b03902e", "{\"$set\":[3]}")]
    [InlineData("80057d948c0124944b01732e", "{\"$$\":1}")]
    [InlineData("80057d9428 8c01 61 94 4b01 8c0162 94 6801 752e", "{\"a\":1,\"b\":\"a\"}")]
    public void Data_is_read(string hex, string json) => Assert.Equal(json, DataPak.Json(DataPak.Read(Bytes(hex))));

    // os.system("true"), as the standard library writes it in protocols 0 to 5, and instructions that are not data.
    [Theory]
    [InlineData("80059 5 1f00000000000000 8c05 706f736978 94 8c06 73797374656d 94 93 94 8c04 74727565 94 85 94 52 94 2e")]
    [InlineData("80 03 63 706f736978 0a 73797374656d 0a 58 04000000 74727565 85 52 2e")]
    [InlineData("63 706f736978 0a 73797374656d 0a 28 56 74727565 0a 74 52 2e")]
    [InlineData("8005 4b01 62 2e")]
    [InlineData("8005 81 2e")]
    [InlineData("8005 92 2e")]
    [InlineData("8005 51 2e")]
    [InlineData("8005 82 01 2e")]
    [InlineData("8005 97 2e")]
    [InlineData("8005 69 61 0a 62 0a 2e")]
    public void Code_is_refused_before_it_does_anything(string hex) => Assert.Throws<FormatException>(() => PickledValue.Read(Bytes(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("8005")]
    [InlineData("80052e")]
    [InlineData("8005 8c ff 61 2e")]
    [InlineData("8005 8e ffffffffffffff7f 2e")]
    [InlineData("8005 42 ffffffff 2e")]
    [InlineData("8005 68 00 2e")]
    [InlineData("8005 4b01 28 30 2e")]
    [InlineData("8005 75 2e")]
    [InlineData("8005 7d 28 4b01 75 2e")]
    [InlineData("8005 4b01 4b02 61 2e")]
    [InlineData("8009 4e 2e")]
    public void Damage_is_named_and_does_no_harm(string hex) => Assert.Throws<FormatException>(() => PickledValue.Read(Bytes(hex)));

    [Fact]
    public void Random_bytes_are_values_or_refused()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            Tame(() => DataPak.Json(DataPak.Read(bytes)));
            Tame(() => ArrowTable.Read([.. "ARROW1\0\0"u8, .. bytes]));
        }
    }

    [Fact]
    public void A_value_that_holds_itself_or_doubles_without_end_is_refused()
    {
        // A list that is its own element.
        Assert.Throws<FormatException>(() => DataPak.Json(DataPak.Read(Bytes("8005 5d 94 68 00 61 2e"))));
        // Forty lists of twice the one before: a thousand thousand million elements in a hundred bytes.
        var bomb = new StringBuilder("8005 4b01 94");
        for (var i = 0; i < 40; i++) bomb.Append($"68{i:x2} 68{i:x2} 86 94");
        bomb.Append("2e");
        Assert.Throws<FormatException>(() => DataPak.Json(DataPak.Read(Bytes(bomb.ToString()))));
    }

    [Fact]
    public void Compressed_values_are_read()
    {
        using var packed = new MemoryStream();
        packed.Write("C01"u8);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(Bytes("8005 4b07 2e"));
        Assert.Equal("7", DataPak.Json(DataPak.Read(packed.ToArray())));
        Assert.Throws<FormatException>(() => DataPak.Read([.. "C01"u8, 1, 2, 3]));
    }

    [SharedFact]
    public void A_damaged_sequence_is_refused_or_read_but_does_no_harm()
    {
        using var database = ForeignDatabase.Open(SharedData.Path("trackers", "mltraq-0.1.165.db"));
        var bytes = database.Rows("SELECT metrics FROM experiment_second LIMIT 1", reader => (byte[])reader.GetValue(0)).Single();
        Assert.NotNull(DataPak.Sequence(DataPak.Read(bytes)));
        for (var at = 0; at < bytes.Length; at += 3)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0xff;
            Tame(() => DataPak.Sequence(DataPak.Read(damaged)));
            Tame(() => DataPak.Json(DataPak.Read(damaged[..at])));
        }
    }

    static void Tame(Func<object?> read)
    {
        try
        {
            read();
        }
        catch (FormatException)
        {
            // Refused in its own words: anything else fails the test.
        }
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
