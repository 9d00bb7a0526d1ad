namespace Idq;

/// <summary>Two tables that should be neighbours leave a gap or overlap.</summary>
/// <param name="left">The earlier span.</param>
/// <param name="right">The later span.</param>
public sealed class IncontiguousException(Segment left, Segment right)
    : Exception($"{right} does not follow {left}: an umbrella holds contiguous data; start a new one after a gap");
