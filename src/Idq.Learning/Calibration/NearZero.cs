namespace Idq.Learning;

/// <summary>exp(x) − 1 and log(1 + x) to full relative precision near 0, by Kahan's quotients; the library's lose up to seven digits there.</summary>
static class NearZero
{
    public static double Expm1(double x)
    {
        var exp = Math.Exp(x);
        if (exp == 1) return x;
        return exp - 1 == -1 || double.IsInfinity(exp) ? exp - 1 : (exp - 1) * x / Math.Log(exp);
    }

    public static double Log1p(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
