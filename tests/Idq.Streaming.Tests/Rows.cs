using System.Globalization;

namespace Idq.Streaming.Tests;

/// <summary>Rows as comparable lines, numbers bit for bit.</summary>
static class Rows
{
    public static IEnumerable<string> Of(Quiver quiver) =>
        Enumerable
            .Range(0, quiver.Count)
            .Select(i =>
                $"{quiver.Times[i]} {quiver.Labels[i]} {Bits(quiver.Weights[i])} "
                    + string.Join(' ', Enumerable.Range(0, quiver.Features.Names.Count).Select(f => Bits(quiver.Features[i, f])))
            );

    public static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}
