using System.Text.Json;

namespace Idq.Learning;

/// <summary>From what a model was learned.</summary>
/// <param name="Span">The stretch of time.</param>
/// <param name="Segments">The segments in it that counted.</param>
/// <param name="Glitches">Number of glitches.</param>
/// <param name="Cleans">Number of clean times.</param>
public sealed record ModelOrigin(Segment Span, SegmentList Segments, long Glitches, long Cleans)
{
    /// <summary>
    /// The origin of a model learned from a quiver: its segments and their extent (the span of the triggers when there is none).
    /// </summary>
    public static ModelOrigin Of(Quiver quiver) => new(
        quiver.Segments.IsEmpty ? quiver.Data.Span : quiver.Segments.Extent, quiver.Segments, quiver.GlitchCount, quiver.CleanCount);

    /// <summary>What two origins cover together.</summary>
    public ModelOrigin Add(ModelOrigin other) => new(
        Span.Hull(other.Span), Segments | other.Segments, checked(Glitches + other.Glitches), checked(Cleans + other.Cleans));

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteSegment("span", Span);
        writer.WriteSegments("segments", Segments);
        writer.WriteNumber("glitches", Glitches);
        writer.WriteNumber("cleans", Cleans);
    }

    internal static ModelOrigin Read(ExactJsonReader json) =>
        new(json.Segment("span"), json.Segments("segments"), json.LongCount("glitches"), json.LongCount("cleans"));
}
