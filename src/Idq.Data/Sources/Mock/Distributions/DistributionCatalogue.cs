using System.Globalization;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector256;

namespace Idq.Data;

/// <summary>The distributions by their names in <c>scipy.stats</c>.</summary>
static class DistributionCatalogue
{
    // Makes a distribution of its shapes, loc and scale. The check says what the shapes have to be when they are not.
    sealed record Entry(string Name, string[] Shapes, Func<double[], double, double, Distribution> Make,
        Func<double[], string?>? Check = null)
    {
        // A constant is its own location.
        public bool HasPlace => Name != "constant";

        public string Usage => string.Join(' ', [Name, .. Shapes, .. HasPlace ? ["[loc", "[scale]]"] : Array.Empty<string>()]);
    }

    static readonly Entry[] Entries =
    [
        Drawn("uniform", [], _ => u => u),
        Drawn("loguniform", ["a", "b"], LogUniform, p => p[0] > 0 && p[1] > p[0] ? null : "0 < a < b"),
        Drawn("norm", [], _ => Normal),
        Drawn("lognorm", ["s"], p => u => Exp(Normal(u) * p[0]), Positive("s")),
        Drawn("expon", [], _ => u => -Log(u)),
        Drawn("pareto", ["b"], p => u => Exp(Log(u) * (-1 / p[0])), Positive("b")),
        Drawn("powerlaw", ["a"], p => u => Exp(Log(u) * (1 / p[0])), Positive("a")),
        Rejected("gamma", ["a"], p => (ref r) => RejectionDistribution.Gamma(ref r, p[0]), Positive("a")),
        new("chi2", ["df"], (p, l, s) => new RejectionDistribution((ref r) => RejectionDistribution.Gamma(ref r, p[0] / 2), l, 2 * s),
            Positive("df")),
        Rejected("beta", ["a", "b"], p => (ref r) => RejectionDistribution.Beta(ref r, p[0], p[1]),
            p => p[0] > 0 && p[1] > 0 ? null : "a > 0 and b > 0"),
        Drawn("triang", ["c"], p => u => Triangle(u, p[0]), p => p[0] is >= 0 and <= 1 ? null : "0 ≤ c ≤ 1"),
        Drawn("truncnorm", ["a", "b"], TruncatedNormal, p => p[0] < p[1] ? null : "a < b"),
        Drawn("halfnorm", [], _ => u => -Normal(u * 0.5)),
        Drawn("weibull_min", ["c"], p => u => Exp(Log(-Log(u)) * (1 / p[0])), Positive("c")),
        new("constant", ["value"], (p, _, _) => new QuantileDistribution(p[0], 1, _ => Vector256<double>.Zero)),
    ];

    /// <summary>What is wrong with a text; null and its distribution if nothing is.</summary>
    public static string? Read(string text, out Distribution? distribution)
    {
        distribution = null;
        if (text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var name, .. var words])
            return "a distribution is missing; write its name and its numbers, for example 'loguniform 16 2048'";
        if (Array.Find(Entries, e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } entry)
            return $"'{name}' is no known distribution; expected one of {string.Join(", ", Entries.Select(e => e.Name))}";
        var (numbers, shapes) = (words.Select(Number).ToArray(), entry.Shapes.Length);
        var (location, scale) = (numbers.Length > shapes ? numbers[shapes] : 0, numbers.Length > shapes + 1 ? numbers[shapes + 1] : 1);
        if (Array.FindIndex(numbers, double.IsNaN) is >= 0 and var bad) return $"'{words[bad]}' is no number; expected '{entry.Usage}'";
        if (numbers.Length < shapes || numbers.Length > shapes + (entry.HasPlace ? 2 : 0))
            return $"{numbers.Length} numbers after '{entry.Name}'; expected '{entry.Usage}'";
        if ((entry.Check?.Invoke(numbers) ?? (double.IsFinite(location) && double.IsFinite(scale) && scale > 0 ? null
            : "finite loc and scale > 0")) is { } wish)
            return $"'{text}' is outside the range of '{entry.Usage}'; expected {wish}";
        distribution = entry.Make(numbers, location, scale);
        return null;
    }

    static double Number(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    static Entry Drawn(string name, string[] shapes, Func<double[], Func<Vector256<double>, Vector256<double>>> quantile,
        Func<double[], string?>? check = null) => new(name, shapes, (p, l, s) => new QuantileDistribution(l, s, quantile(p)), check);

    static Entry Rejected(string name, string[] shapes, Func<double[], RejectionDistribution.Draw> draw, Func<double[], string?> check) =>
        new(name, shapes, (p, l, s) => new RejectionDistribution(draw(p), l, s), check);

    static Func<Vector256<double>, Vector256<double>> LogUniform(double[] p)
    {
        var (logA, logRatio, b) = (Create(Math.Log(p[0])), Math.Log(p[1] / p[0]), Create(p[1]));
        return u => Min(Exp(logA + u * logRatio), b);
    }

    static Vector256<double> Normal(Vector256<double> u) => Create(StandardNormal.Quantile(u[0]), StandardNormal.Quantile(u[1]),
        StandardNormal.Quantile(u[2]), StandardNormal.Quantile(u[3]));

    // A triangle on [0, 1] with its peak at c.
    static Vector256<double> Triangle(Vector256<double> u, double c) => ConditionalSelect(LessThan(u, Create(c)), Sqrt(u * c),
        Vector256<double>.One - Sqrt((Vector256<double>.One - u) * (1 - c)));

    // A normal number inside [a, b]; the ends are in units of the deviation.
    static Func<Vector256<double>, Vector256<double>> TruncatedNormal(double[] p)
    {
        var (a, b) = (p[0], p[1]);
        // An upper tail is drawn as its mirror image, because probabilities near 0 keep more digits than those near 1.
        var (from, to, mirror) = a > 0 ? (-b, -a, -1.0) : (a, b, 1.0);
        var lower = StandardNormal.Survival(-from);
        var width = StandardNormal.Survival(-to) - lower;
        return u => Max(Create(a), Min(Create(b), Normal(Create(lower) + u * width) * mirror));
    }

    static Func<double[], string?> Positive(string name) => p => p[0] > 0 ? null : name + " > 0";
}
