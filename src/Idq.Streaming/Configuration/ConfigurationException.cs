namespace Idq.Streaming;

/// <summary>A configuration that cannot be run. The message lists every problem, a line each.</summary>
/// <param name="problems">All of them, errors and warnings.</param>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join('\n', problems.Where(p => p.Severity == Severity.Error)))
{
    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
