using System.Runtime.InteropServices;

namespace Idq.Data.Frames;

/// <summary>A complex number of two single-precision parts, as frames keep it.</summary>
/// <param name="Real">The real part.</param>
/// <param name="Imaginary">The imaginary part.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ComplexSingle(float Real, float Imaginary);
