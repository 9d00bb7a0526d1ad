namespace Idq.Streaming;

/// <summary>
/// Where products lie: {rootdir}/{tag}/{job}/{nickname}/{gps5}/{IFO}-{DESCRIPTION}-{START}-{DURATION}.{ext}, file names by LIGO-T050017.
/// </summary>
/// <remarks>Start and duration are whole seconds where they can be, and decimal seconds where a stride is not.</remarks>
/// <param name="rootDir">The folder of all analyses.</param>
/// <param name="tag">The name of the analysis.</param>
/// <param name="instrument">The detector, for example H1.</param>
public sealed class ProductPath(string rootDir, string tag, string instrument)
{
    /// <summary>The detector, for example H1.</summary>
    public string Instrument => instrument;

    /// <summary>The folder of all products of the analysis.</summary>
    public string Root => Path.Combine(rootDir, tag);

    /// <summary>
    /// The folder in which products are written before they have their name; on the same file system as <see cref="Root"/>.
    /// </summary>
    public string Staging => Path.Combine(rootDir, $".{tag}.staging");

    /// <summary>The folder of what jobs remember beside their products.</summary>
    public string Archive => Path.Combine(rootDir, $".{tag}.archive");

    /// <summary>The path of a product relative to <see cref="Root"/>.</summary>
    public string Relative(string job, string nickname, string what, Segment span, string extension)
    {
        var description = $"IDQ_{what}_{nickname}".ToUpperInvariant().Replace('-', '_');
        var gps5 = Math.Max(0, span.Start.Seconds) / 100_000;
        return Path.Combine(job, nickname, gps5.ToString("D5"),
            $"{instrument}-{description}-{span.Start}-{GpsSeconds.Format(span.Duration)}.{extension}");
    }

    /// <summary>The absolute path of a registered product.</summary>
    public string Absolute(string relative) => Path.Combine(Root, relative);
}
