namespace Idq.Learning;

/// <summary>Limited-memory BFGS (Nocedal 1980): for so many columns that a matrix of them does not pay.</summary>
static class QuasiNewtonFit
{
    const int Memory = 10;

    public static FitResult Minimise(LogisticLoss loss, double[] start, int rows, int maxIterations, double tolerance)
    {
        // The tolerance is of the loss, which is quadratic in the gradient.
        var flat = Math.Sqrt(tolerance) * rows;
        var n = loss.Size;
        var (beta, scores, gradient) = (start.ToArray(), new double[rows], new double[n]);
        loss.Scores(beta, scores);
        var value = loss.Value(beta, scores);
        loss.Gradient(beta, scores, gradient);
        var history = new List<(double[] Moved, double[] Turned, double Product)>(Memory);
        for (var iteration = 1; iteration <= maxIterations; iteration++)
        {
            if (gradient.Max(Math.Abs) <= flat) return new(beta, iteration, true);
            var step = Direction(gradient, history);
            var slope = Dot(gradient, step);
            var length = history.Count == 0 ? 1 / (1 + gradient.Max(Math.Abs)) : 1.0;
            double[] trial;
            double next;
            while (true)
            {
                trial = beta.Zip(step, (b, s) => b - length * s).ToArray();
                loss.Scores(trial, scores);
                next = loss.Value(trial, scores);
                if (next <= value - 1e-4 * length * slope) break;
                if (!(length * slope > 1e-13 * (1 + Math.Abs(value))))
                    return new(beta, iteration, gradient.Max(Math.Abs) <= 100 * flat);
                length /= 2;
            }
            var turned = new double[n];
            loss.Gradient(trial, scores, turned);
            var change = turned.Zip(gradient, (a, b) => a - b).ToArray();
            var moved = trial.Zip(beta, (a, b) => a - b).ToArray();
            var product = Dot(change, moved);
            if (product > 0)
            {
                if (history.Count == Memory) history.RemoveAt(0);
                history.Add((moved, change, product));
            }
            (beta, value, gradient) = (trial, next, turned);
        }
        return new(beta, maxIterations, false);
    }

    static double[] Direction(double[] gradient, List<(double[] Moved, double[] Turned, double Product)> history)
    {
        var q = gradient.ToArray();
        var alphas = new double[history.Count];
        for (var i = history.Count - 1; i >= 0; i--)
        {
            alphas[i] = Dot(history[i].Moved, q) / history[i].Product;
            AddScaled(q, history[i].Turned, -alphas[i]);
        }
        if (history.Count > 0)
        {
            var (_, turned, product) = history[^1];
            var scale = product / Dot(turned, turned);
            for (var j = 0; j < q.Length; j++) q[j] *= scale;
        }
        for (var i = 0; i < history.Count; i++)
            AddScaled(q, history[i].Moved, alphas[i] - Dot(history[i].Turned, q) / history[i].Product);
        return q;
    }

    static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    static void AddScaled(double[] a, double[] b, double factor)
    {
        for (var i = 0; i < a.Length; i++) a[i] += factor * b[i];
    }
}
