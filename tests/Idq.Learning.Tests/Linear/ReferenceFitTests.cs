using FsCheck;
using FsCheck.Fluent;
using Idq.Learning.Tests.Metrics;
using MathNet.Numerics.LinearAlgebra;
using static Idq.Learning.Tests.Linear.LogisticRows;

namespace Idq.Learning.Tests.Linear;

/// <summary>The fit against the same minimum found with dense matrices, from the definition of the loss.</summary>
public sealed class ReferenceFitTests
{
    static readonly Gen<Problem> Problems =
        from seed in Gen.Choose(0, 1_000_000)
        from columns in Gen.Choose(1, 4)
        from l2 in Gen.Elements(0.03, 1.0, 10)
        from balance in Gen.Elements(true, false)
        from indicators in Gen.Elements(true, false)
        from missing in Gen.Elements(0.0, 0.2)
        select new Problem((ulong)seed, columns, l2, balance, indicators, missing);

    [Fact]
    public void Coefficients_are_those_of_the_reference() => Problems.Check(problem =>
    {
        var (options, quiver) = (new LinearOptions(problem.L2, problem.Balance, problem.Indicators), problem.Draw());
        if (quiver.GlitchCount == 0 || quiver.CleanCount == 0) return;
        var model = Fit(options, quiver);
        var (names, expected) = Reference(quiver, options);
        Assert.Equal(names, model.Terms.Select(t => t.Name));
        Assert.Equal(expected[^1], model.Intercept, 1e-6);
        for (var c = 0; c < names.Length; c++) Assert.Equal(expected[c], model.Terms[c].Coefficient, 1e-6);
    }, runs: 100);

    [Fact]
    public void Both_methods_end_at_the_same_place() => Problems.Check(problem =>
    {
        var (labels, features) = Draw(problem.Seed, 90, -0.4, [.. Enumerable.Range(0, problem.Columns).Select(c => 1.0 - c)]);
        if (labels.Distinct().Count() == 1) return;
        var weights = labels.Select(_ => 1.0).ToArray();
        var loss = new LogisticLoss([.. features.Select(f => Standardise(f.Values, weights))], labels, weights, problem.L2, default);
        var newton = NewtonFit.Minimise(loss, new double[loss.Size], labels.Length, 100, 1e-12);
        // A loss of 60 is known to 10⁻¹², and so its gradient to 10⁻⁵ where the line search can no longer see a gain.
        var quasi = QuasiNewtonFit.Minimise(loss, new double[loss.Size], labels.Length, 2000, 1e-16);
        Assert.True(newton.Converged && quasi.Converged);
        Assert.Equal(newton.Beta, quasi.Beta, (a, b) => Math.Abs(a - b) < 1e-5);
    }, runs: 60);

    [Fact]
    public void Gradient_and_curvature_are_the_slopes_of_the_loss() => Problems.Check(problem =>
    {
        var (labels, features) = Draw(problem.Seed, 5000, 0.3, [.. Enumerable.Range(0, problem.Columns).Select(c => 0.5 + c)]);
        var weights = labels.Select((_, i) => 0.5 + i % 3).ToArray();
        var loss = new LogisticLoss([.. features.Select(f => Standardise(f.Values, weights))], labels, weights, problem.L2, default);
        var random = new CounterRandom(problem.Seed, 9, 0);
        var beta = Enumerable.Range(0, loss.Size).Select(_ => random.NextDouble() - 0.5).ToArray();
        var (scores, gradient) = (new double[labels.Length], new double[loss.Size]);
        var hessian = Enumerable.Range(1, loss.Size).Select(n => new double[n]).ToArray();
        loss.Scores(beta, scores);
        loss.Gradient(beta, scores, gradient);
        loss.Hessian(scores, hessian);
        const double Step = 1e-4;
        for (var j = 0; j < loss.Size; j++)
        {
            var (up, upGradient) = At(j, Step);
            var (down, downGradient) = At(j, -Step);
            Assert.Equal((up - down) / (2 * Step), gradient[j], 1e-3 * (1 + Math.Abs(gradient[j])));
            for (var k = 0; k <= j; k++)
                Assert.Equal((upGradient[k] - downGradient[k]) / (2 * Step), hessian[j][k], 1e-3 * (1 + Math.Abs(hessian[j][k])));
        }

        (double Value, double[] Gradient) At(int coordinate, double step)
        {
            var (moved, s, g) = (beta.ToArray(), new double[labels.Length], new double[loss.Size]);
            moved[coordinate] += step;
            loss.Scores(moved, s);
            loss.Gradient(moved, s, g);
            return (loss.Value(moved, s), g);
        }
    }, runs: 20);

    [Fact]
    public void A_positive_definite_system_is_solved_as_by_another_library() =>
        (from n in Gen.Choose(1, 12) from seed in Gen.Choose(0, 1_000_000) select (n, seed)).Check(c =>
        {
            var random = new CounterRandom((ulong)c.seed, 4, 0);
            var root = Matrix<double>.Build.Dense(c.n, c.n, (_, _) => random.NextDouble() - 0.5);
            var matrix = root * root.Transpose() + 0.1 * Matrix<double>.Build.DenseIdentity(c.n);
            var right = Vector<double>.Build.Dense(c.n, _ => random.NextDouble());
            var lower = Enumerable.Range(0, c.n).Select(j => Enumerable.Range(0, j + 1).Select(k => matrix[j, k]).ToArray()).ToArray();
            var x = new double[c.n];
            Cholesky.Factor(lower);
            Cholesky.Solve(lower, right.ToArray(), x);
            Assert.Equal(matrix.Solve(right).ToArray(), x, (a, b) => Math.Abs(a - b) < 1e-9 * (1 + Math.Abs(a)));
        }, runs: 100);

    [Fact]
    public void A_direction_without_curvature_gets_no_step()
    {
        double[][] matrix = [[4], [0, 0], [2, 0, 5]];
        var x = new double[3];
        Cholesky.Factor(matrix);
        Cholesky.Solve(matrix, [4, 7, 8], x);
        Assert.Equal([0.25, 0, 1.5], x, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    /// <summary>Newton's method on a dense matrix of standardised columns and a column of ones.</summary>
    static (string[] Names, double[] Beta) Reference(Quiver quiver, LinearOptions options)
    {
        var isGlitch = quiver.Labels.Select(l => l == Label.Glitch).ToArray();
        double Total(bool glitch) => quiver.Weights.Where((_, i) => isGlitch[i] == glitch).Sum();
        var weights = quiver.Weights.Select((w, i) => options.Balance ? w / Total(isGlitch[i]) : w).ToArray();
        var mean = weights.Average();
        weights = [.. weights.Select(w => w / mean)];

        var (names, columns, seen) = (new List<string>(), new List<double[]>(), new HashSet<string>());
        for (var f = 0; f < quiver.Features.Names.Count; f++)
        {
            var values = quiver.Features.Column(f).ToArray();
            Add(quiver.Features.Names[f], values);
            var absent = values.Select(v => double.IsFinite(v) ? 0.0 : 1).ToArray();
            if (options.MissingIndicators && seen.Add(string.Concat(absent))) Add($"{quiver.Features.Names[f]} (missing)", absent);
        }
        var x = Matrix<double>.Build.DenseOfColumnArrays([.. columns, [.. weights.Select(_ => 1.0)]]);
        var (y, w) = (Vector<double>.Build.Dense([.. isGlitch.Select(g => g ? 1.0 : 0)]), Vector<double>.Build.Dense(weights));
        var penalty = Vector<double>.Build.Dense(columns.Count + 1, c => c == columns.Count ? 0 : options.L2);
        var beta = Vector<double>.Build.Dense(columns.Count + 1);
        for (var step = 0; step < 400; step++)
        {
            var p = (x * beta).Map(s => 1 / (1 + Math.Exp(-s)));
            var gradient = x.TransposeThisAndMultiply(w.PointwiseMultiply(p - y)) + penalty.PointwiseMultiply(beta);
            var curvature = Matrix<double>.Build.DenseOfDiagonalVector(w.PointwiseMultiply(p).PointwiseMultiply(1 - p));
            var hessian = x.TransposeThisAndMultiply(curvature * x) + Matrix<double>.Build.DenseOfDiagonalVector(penalty);
            var move = hessian.Solve(gradient);
            // Short steps at first: a full one may lead away from the minimum.
            beta -= move / Math.Max(1, move.L2Norm());
        }
        return ([.. names], beta.ToArray());

        void Add(string name, double[] values)
        {
            if (values.Where(double.IsFinite).Distinct().Count() < 2) return;
            names.Add(name);
            columns.Add(Standardise(values, weights));
        }
    }

    static double[] Standardise(double[] values, double[] weights)
    {
        var present = values.Zip(weights).Where(v => double.IsFinite(v.First)).ToArray();
        var total = present.Sum(v => v.Second);
        var mean = present.Sum(v => v.First * v.Second) / total;
        var scale = Math.Sqrt(present.Sum(v => (v.First - mean) * (v.First - mean) * v.Second) / total);
        return [.. values.Select(v => double.IsFinite(v) ? (v - mean) / scale : 0)];
    }

    sealed record Problem(ulong Seed, int Columns, double L2, bool Balance, bool Indicators, double Missing)
    {
        public Quiver Draw()
        {
            var (labels, features) = LogisticRows.Draw(Seed, 60, -0.4, [.. Enumerable.Range(0, Columns).Select(c => 1.0 - c)]);
            var random = new CounterRandom(Seed, 6, 0);
            foreach (var (_, values) in features)
                for (var i = 0; i < values.Length; i++)
                    if (random.NextDouble() < Missing) values[i] = i % 2 == 0 ? double.NaN : double.NegativeInfinity;
            return Samples.Of(labels, labels.Select((_, i) => 1.0 + i % 3).ToArray(), features);
        }
    }
}
