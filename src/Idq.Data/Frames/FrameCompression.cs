namespace Idq.Data.Frames;

/// <summary>How samples are made smaller when a frame is written. All lose nothing.</summary>
public enum FrameCompression
{
    /// <summary>Gzip, which every reader reads.</summary>
    Gzip,

    /// <summary>As they are.</summary>
    Raw,

    /// <summary>Gzip of differences for whole numbers, gzip for the others.</summary>
    DifferentialGzip,

    /// <summary>
    /// Zero suppression for words of 2 and 4 bytes, gzip for the others and where it takes fewer bytes than zero suppression: what
    /// frame libraries call 6 and 8.
    /// </summary>
    ZeroSuppression,

    /// <summary>The same with words of 8 bytes too, which older readers do not read.</summary>
    ZeroSuppressionOfAll,

    /// <summary>Whichever of raw, gzip, gzip of differences, and zero suppression of 2 and 4 bytes takes the fewest bytes.</summary>
    Best,
}
