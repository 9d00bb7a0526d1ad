namespace Idq.Learning;

/// <summary>How a map takes the ranks of a classifier to be distributed.</summary>
public enum CalibrationKind
{
    /// <summary>Continuously: <see cref="ReflectedKernelDensity"/>.</summary>
    Kernel,

    /// <summary>On few distinct values, as OVL's: <see cref="DiscreteDensity"/>.</summary>
    Discrete,
}
