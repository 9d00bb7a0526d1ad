using System.Globalization;

namespace Idq.Data;

/// <summary>The distributions by their names in <c>scipy.stats</c>.</summary>
static class DistributionCatalogue
{
    sealed record Entry(string Name, string[] Shapes, Func<double[], double, double, Distribution> Make,
        Func<double[], string?>? Check = null);

    static readonly Entry[] Entries =
    [
        new("uniform", [], (_, l, s) => new UniformDistribution(l, s)),
        new("loguniform", ["a", "b"], (p, l, s) => new LogUniformDistribution(p[0], p[1], l, s),
            p => p[0] > 0 && p[1] > p[0] ? null : "0 < a < b"),
        new("norm", [], (_, l, s) => new NormalDistribution(l, s)),
        new("lognorm", ["s"], (p, l, s) => new LogNormalDistribution(p[0], l, s), Positive("s")),
        new("expon", [], (_, l, s) => new ExponentialDistribution(l, s)),
        new("pareto", ["b"], (p, l, s) => new ParetoDistribution(p[0], l, s), Positive("b")),
        new("powerlaw", ["a"], (p, l, s) => new PowerLawDistribution(p[0], l, s), Positive("a")),
        new("gamma", ["a"], (p, l, s) => new GammaDistribution(p[0], l, s), Positive("a")),
        new("chi2", ["df"], (p, l, s) => new GammaDistribution(p[0] / 2, l, 2 * s), Positive("df")),
        new("beta", ["a", "b"], (p, l, s) => new BetaDistribution(p[0], p[1], l, s), p => p[0] > 0 && p[1] > 0 ? null : "a > 0 and b > 0"),
        new("triang", ["c"], (p, l, s) => new TriangleDistribution(p[0], l, s), p => p[0] is >= 0 and <= 1 ? null : "0 ≤ c ≤ 1"),
        new("truncnorm", ["a", "b"], (p, l, s) => new TruncatedNormalDistribution(p[0], p[1], l, s), p => p[0] < p[1] ? null : "a < b"),
        new("halfnorm", [], (_, l, s) => new HalfNormalDistribution(l, s)),
        new("weibull_min", ["c"], (p, l, s) => new WeibullDistribution(p[0], l, s), Positive("c")),
        new("constant", ["value"], (p, _, _) => new ConstantDistribution(p[0])),
    ];

    public static bool TryParse(string text, out Distribution? distribution, out string? problem)
    {
        distribution = null;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            problem = "a distribution is missing; write its name and its numbers, for example 'loguniform 16 2048'";
            return false;
        }
        if (Array.Find(Entries, e => e.Name.Equals(words[0], StringComparison.OrdinalIgnoreCase)) is not { } entry)
        {
            problem = $"'{words[0]}' is no known distribution; expected one of {string.Join(", ", Entries.Select(e => e.Name))}";
            return false;
        }

        var numbers = new double[words.Length - 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (
                double.TryParse(words[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && !double.IsNaN(numbers[i])
            )
                continue;
            problem = $"'{words[i + 1]}' is no number; expected '{Usage(entry)}'";
            return false;
        }

        var shapes = entry.Shapes.Length;
        if (numbers.Length < shapes || numbers.Length > shapes + (HasPlace(entry) ? 2 : 0))
        {
            problem = $"{numbers.Length} numbers after '{entry.Name}'; expected '{Usage(entry)}'";
            return false;
        }
        var location = numbers.Length > shapes ? numbers[shapes] : 0;
        var scale = numbers.Length > shapes + 1 ? numbers[shapes + 1] : 1;
        var wish =
            entry.Check?.Invoke(numbers)
            ?? (double.IsFinite(location) && double.IsFinite(scale) && scale > 0 ? null : "finite loc and scale > 0");
        if (wish is not null)
        {
            problem = $"'{text}' is outside the range of '{Usage(entry)}'; expected {wish}";
            return false;
        }
        (distribution, problem) = (entry.Make(numbers, location, scale), null);
        return true;
    }

    static bool HasPlace(Entry entry) => entry.Name != "constant";

    static string Usage(Entry entry) =>
        string.Join(' ', [entry.Name, .. entry.Shapes, .. HasPlace(entry) ? ["[loc", "[scale]]"] : Array.Empty<string>()]);

    static Func<double[], string?> Positive(string name) => p => p[0] > 0 ? null : name + " > 0";
}
