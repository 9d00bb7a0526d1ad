using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

public sealed class NpyTests : StreamFixture
{
    static readonly Arbitrary<NumericArray> Arrays = AnyValue.Array.ToArbitrary();

    static byte[] Npy(string head, byte[] data, byte version = 1)
    {
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)head.Length) : BitConverter.GetBytes(head.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(head), .. data];
    }

    [Fact]
    public void Arrays_of_every_type_and_shape_come_back_as_they_were() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(
                Arrays,
                array =>
                {
                    var bytes = NpyFormat.Write(array);
                    return NpyFormat.Read(bytes).Equals(array)
                        && (bytes.Length - array.Data.Length) % 64 == 0
                        && bytes[bytes.Length - array.Data.Length - 1] == '\n';
                }
            )
        );

    [Fact]
    public void The_bytes_are_those_that_numpy_writes()
    {
        // numpy.save of numpy.array([1.5, -2.0]).
        byte[] expected = Npy(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }" + new string(' ', 60) + "\n",
            [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]
        );
        Assert.Equal(Encoding.Latin1.GetString(expected), Encoding.Latin1.GetString(NpyFormat.Write(NumericArray.Of([1.5, -2.0]))));
    }

    [Fact]
    public void Either_byte_order_and_either_order_of_dimensions_are_read()
    {
        var big = NpyFormat.Read(Npy("{'descr': '>i2', 'fortran_order': False, 'shape': (3,)}", [0, 1, 0, 2, 0xff, 0xfe]));
        Assert.Equal([1, 2, -2], big.ToDoubles());
        // Columns first: 1 2 3 over 4 5 6.
        var fortran = NpyFormat.Read(Npy("{'shape': (2, 3), 'fortran_order': True, 'descr': '|u1'}\n", [1, 4, 2, 5, 3, 6], version: 2));
        Assert.Equal([1, 2, 3, 4, 5, 6], fortran.ToDoubles());
        Assert.Equal([2, 3], fortran.Shape.ToArray());
        var complex = NpyFormat.Read(Npy("{'descr': '>c8', 'fortran_order': False, 'shape': (), }", [0x3f, 0x80, 0, 0, 0x40, 0, 0, 0]));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], complex.Data.ToArray());
        Assert.Empty(complex.Shape);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", DataStreamFailure.UnsupportedType)]
    [InlineData("{'descr': '<U8', 'fortran_order': False, 'shape': (1,)}", DataStreamFailure.UnsupportedType)]
    [InlineData("{'descr': '<M8', 'fortran_order': False, 'shape': (1,)}", DataStreamFailure.UnsupportedType)]
    [InlineData("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", DataStreamFailure.Malformed)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", DataStreamFailure.Malformed)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,)}", DataStreamFailure.Malformed)]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536)}", DataStreamFailure.Malformed)]
    [InlineData("{'descr': '<f8', 'descr': '<f8', 'shape': (1,)}", DataStreamFailure.Malformed)]
    [InlineData("{'descr': '<f8', 'fortran_order': exit(), 'shape': (1,)}", DataStreamFailure.Malformed)]
    [InlineData("", DataStreamFailure.Malformed)]
    public void What_is_not_numbers_is_refused(string head, DataStreamFailure failure) =>
        Assert.Equal(failure, Assert.Throws<DataStreamException>(() => NpyFormat.Read(Npy(head, new byte[8]))).Failure);

    [Fact]
    public void Damaged_bytes_are_refused_and_nothing_else_happens()
    {
        var good = NpyFormat.Write(NumericArray.Create(NumericType.Int32, [2, 3], new byte[24]));
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] bytes = good[..random.Next(good.Length + 1)];
            for (int n = random.Next(4); n > 0 && bytes.Length > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                NpyFormat.Read(bytes);
            }
            catch (DataStreamException e)
            {
                Assert.True(e.Failure is DataStreamFailure.Malformed or DataStreamFailure.UnsupportedType);
            }
        }
    }

    [NumpyFact]
    public async Task Numpy_reads_what_is_written_and_what_it_writes_is_read()
    {
        var arrays = AnyValue
            .Array.Sample(60, 40)
            .Concat([
                NumericArray.Of([double.NaN, -0.0, double.PositiveInfinity]),
                NumericArray.Create(NumericType.Bool, [2, 2], [1, 0, 0, 1]),
            ])
            .ToArray();
        // A boolean of numpy is 0 or 1.
        arrays = arrays.Where(array => array.Type != NumericType.Bool || array.Data.IndexOfAnyExcept((byte)0, (byte)1) < 0).ToArray();
        for (var i = 0; i < arrays.Length; i++) await File.WriteAllBytesAsync(InFolder($"{i}.npy"), NpyFormat.Write(arrays[i]));
        const string script = """
            import sys, numpy
            folder, count = sys.argv[1], int(sys.argv[2])
            for i in range(count):
                a = numpy.load(f"{folder}/{i}.npy", allow_pickle=False)
                numpy.save(f"{folder}/{i}.same.npy", a)
                numpy.save(f"{folder}/{i}.big.npy", a.astype(a.dtype.newbyteorder(">")))
                numpy.save(f"{folder}/{i}.fortran.npy", numpy.asfortranarray(a) if a.ndim else a)
                with open(f"{folder}/{i}.two.npy", "wb") as f: numpy.lib.format.write_array(f, a, version=(2, 0))
            print(numpy.__version__)
            """;
        var start = new ProcessStartInfo(NumpyFactAttribute.Interpreter, ["-c", script, InFolder("."), arrays.Length.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var failure = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, failure);
        for (var i = 0; i < arrays.Length; i++)
        {
            Assert.Equal(
                Convert.ToHexString(await File.ReadAllBytesAsync(InFolder($"{i}.npy"))),
                Convert.ToHexString(await File.ReadAllBytesAsync(InFolder($"{i}.same.npy")))
            );
            foreach (var form in (string[])["same", "big", "fortran", "two"])
                Assert.Equal(arrays[i], NpyFormat.Read(await File.ReadAllBytesAsync(InFolder($"{i}.{form}.npy"))));
        }
    }
}

/// <summary>A test against NumPy (Debian: python3-numpy); skipped where it is absent, but not in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NumpyFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public NumpyFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && !IsThere()) Skip = "NumPy (python3-numpy) is not on this machine";
    }

    static bool IsThere()
    {
        if (!File.Exists(Interpreter))
            return false;
        using var process = Process.Start(
            new ProcessStartInfo(Interpreter, ["-c", "import numpy"]) { UseShellExecute = false, RedirectStandardError = true }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
