namespace Idq;

/// <summary>The two classes of a sample, as they are stored.</summary>
public static class Label
{
    /// <summary>A clean (random) time.</summary>
    public const byte Clean = 0;

    /// <summary>A glitch (target) time.</summary>
    public const byte Glitch = 1;
}
