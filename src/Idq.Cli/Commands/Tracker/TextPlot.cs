namespace Idq.Cli.Commands;

/// <summary>A small picture of numbers. Points come in the order of their steps; numbers that are not finite are left out.</summary>
sealed class TextPlot(int width, int height)
{
    readonly List<(double Step, double Value)> points = [];
    long stride = 1;
    long seen;

    // A picture needs no more points than this: from a longer series every second one is removed, as often as needed.
    const int Most = 100_000;

    /// <summary>Points that were given and are finite.</summary>
    public long Count { get; private set; }

    public void Add(double step, double value)
    {
        if (!double.IsFinite(value)) return;
        Count++;
        if (seen++ % stride != 0) return;
        points.Add((step, value));
        if (points.Count < Most) return;
        for (var i = 0; i < points.Count / 2; i++) points[i] = points[2 * i];
        points.RemoveRange(points.Count / 2, points.Count - (points.Count / 2));
        stride *= 2;
    }

    public void Write(TextWriter output, string title)
    {
        var (low, high) = (points.Min(p => p.Value), points.Max(p => p.Value));
        var (first, last) = (points[0].Step, points[^1].Step);
        var rows = Enumerable.Range(0, height).Select(_ => new string(' ', width).ToCharArray()).ToArray();
        foreach (var (step, value) in points)
        {
            var x = last > first ? (int)((step - first) / (last - first) * (width - 1)) : 0;
            // Halves keep the difference of the largest numbers finite.
            var y = high > low ? (int)Math.Round(((value / 2) - (low / 2)) / ((high / 2) - (low / 2)) * (height - 1)) : height / 2;
            rows[height - 1 - y][x] = '•';
        }
        string Label(int row) => row == 0 ? high.ToString("G5") : row == height - 1 ? low.ToString("G5") : "";
        var margin = Math.Max(Label(0).Length, Label(height - 1).Length);
        output.WriteLine($"{new string(' ', margin)}  {title}");
        for (var r = 0; r < height; r++) output.WriteLine($"{Label(r).PadLeft(margin)} │{new string(rows[r]).TrimEnd()}");
        output.WriteLine($"{new string(' ', margin)} └{new string('─', width)}");
        var (left, right) = ($"{first:R}", $"{last:R}");
        output.WriteLine($"{new string(' ', margin)}  {left}{right.PadLeft(Math.Max(1, width - left.Length))}");
    }
}
