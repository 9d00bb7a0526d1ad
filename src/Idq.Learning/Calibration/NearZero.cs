namespace Idq.Learning;

/// <summary>exp(x) − 1 to full relative precision near 0, by Kahan's quotient; the library's loses up to seven digits there.</summary>
static class NearZero
{
    public static double Expm1(double x)
    {
        var exp = Math.Exp(x);
        if (exp == 1) return x;
        return exp - 1 == -1 || double.IsInfinity(exp) ? exp - 1 : (exp - 1) * x / Math.Log(exp);
    }
}
