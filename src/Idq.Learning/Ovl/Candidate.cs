namespace Idq.Learning;

/// <summary>A configuration in training, the times of its triggers, and its last measurement.</summary>
/// <param name="Configuration">The rule.</param>
/// <param name="Times">
/// Times of the channel's triggers at or above the threshold, ascending, padding included; shared among windows.
/// </param>
/// <param name="Counts">The last measurement.</param>
/// <param name="IsApplied">True when what it vetoes was then taken out of what remained.</param>
sealed record Candidate(OvlConfiguration Configuration, long[] Times, OvlCounts Counts, bool IsApplied = false)
{
    /// <summary>The same configuration measured on what remains.</summary>
    public Candidate Measure(Residual residual, WindowBuffer buffer) =>
        this with { Counts = residual.Measure(Times, Configuration.Window, buffer), IsApplied = false };

    /// <summary>The same configuration measured on what remains, or null when it does not pass.</summary>
    public Candidate? MeasureIfPassing(Residual residual, OvlMinima minima, WindowBuffer buffer) =>
        residual.MeasureIfPassing(Times, Configuration.Window, minima, buffer) is { } counts
            ? this with
            {
                Counts = counts,
                IsApplied = false,
            }
            : null;

    /// <summary>Takes what the configuration vetoes out of what remains.</summary>
    public Candidate ApplyTo(Residual residual, WindowBuffer buffer, Removal? removed = null)
    {
        residual.Remove(Times, Configuration.Window, buffer, removed);
        return this with { IsApplied = true };
    }
}
