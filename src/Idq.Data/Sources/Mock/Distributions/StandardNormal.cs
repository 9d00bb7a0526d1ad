using MathNet.Numerics;

namespace Idq.Data;

/// <summary>The normal distribution of mean 0 and deviation 1.</summary>
static class StandardNormal
{
    // Algorithm AS 241 (Wichura 1988, Appl. Statist. 37, 477), PPND16: numerator and denominator of three ranges, lowest power first.
    static readonly double[] Centre =
    [
        3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ];

    static readonly double[] CentreBelow =
    [
        1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
        21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ];

    static readonly double[] Near =
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    ];

    static readonly double[] NearBelow =
    [
        1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
        0.148103976427480074590, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
    ];

    static readonly double[] Far =
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
        0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    static readonly double[] FarBelow =
    [
        1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>The value below which a probability lies, to 16 digits.</summary>
    /// <remarks>
    /// Not MathNet's Normal.InvCDF: that differs in the last digit for most probabilities, and simulated events must stay the same from
    /// version to version, bit for bit. Deviates of gamma and beta distributions are made of this quantile for the same reason.
    /// </remarks>
    public static double Quantile(double probability)
    {
        var q = probability - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var s = 0.180625 - q * q;
            return q * Polynomial.Evaluate(s, Centre) / Polynomial.Evaluate(s, CentreBelow);
        }
        var r = Math.Sqrt(-Math.Log(q < 0 ? probability : 1 - probability));
        var tail = r <= 5
            ? Polynomial.Evaluate(r - 1.6, Near) / Polynomial.Evaluate(r - 1.6, NearBelow)
            : Polynomial.Evaluate(r - 5, Far) / Polynomial.Evaluate(r - 5, FarBelow);
        return q < 0 ? -tail : tail;
    }

    /// <summary>The probability of a value above.</summary>
    public static double Survival(double z) => 0.5 * SpecialFunctions.Erfc(z / Constants.Sqrt2);
}
