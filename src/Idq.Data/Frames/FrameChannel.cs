namespace Idq.Data.Frames;

/// <summary>A channel of one frame with its samples.</summary>
/// <param name="Head">What the frame says of it.</param>
/// <param name="Values">
/// The samples: an array of the type that <see cref="FrameValueType"/> names, for example <c>double[]</c>.
/// </param>
public sealed record FrameChannel(FrameChannelHead Head, Array Values)
{
    /// <summary>Its name.</summary>
    public string Name => Head.Name;

    /// <summary>A series in time to be written, which begins with its frame.</summary>
    /// <param name="name">The channel.</param>
    /// <param name="values">An array of one of the types of <see cref="FrameValueType"/>.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="unit">Of the values; empty for none.</param>
    /// <param name="kind">The structure that holds it.</param>
    /// <exception cref="ArgumentException">Frames have no such type of values.</exception>
    public static FrameChannel Of(
        string name, Array values, double sampleRate, string unit = "", FrameChannelKind kind = FrameChannelKind.Proc)
    {
        var vector = new FrameVectorHead(name, FrameValues.TypeOf(values), values.Length, 1 / sampleRate, unit);
        return new(new(name, kind, default, sampleRate, vector)
        {
            Converter = kind == FrameChannelKind.Adc ? new FrameConverter() : null,
        }, values);
    }
}
