namespace Idq.Data;

/// <summary>A source whose options were read and that can be opened.</summary>
/// <param name="Key">Equal for two jobs that may share one decoded input; see <see cref="KeyOf"/>.</param>
/// <param name="Open">Opens the source. It throws <see cref="DataException"/> when the data cannot be read.</param>
public sealed record SourceDefinition(string Key, Func<SourceContext, IEventSource> Open)
{
    /// <summary>What is wrong with the files that the options refer to, with lines, before the source is opened.</summary>
    /// <value>The default value finds nothing.</value>
    public Func<IReadOnlyList<SourceProblem>> Check { get; init; } = () => [];

    /// <summary>A key of several values, of which each may be a list of texts.</summary>
    public static string KeyOf(params object?[] values) =>
        string.Join('\u001f', values.Select(v => v is IEnumerable<string> list ? string.Join('|', list) : v));
}

/// <summary>What a source is told by the job that opens it.</summary>
/// <param name="Seed">The key of a simulation.</param>
/// <param name="Now">In live use the present: a simulation delivers nothing later, and messages are waited for.</param>
/// <param name="Warn">Is told, while the source is read, of what it passes over; null when nobody listens.</param>
public sealed record SourceContext(ulong Seed, Func<GpsTime>? Now, Action<string>? Warn = null);

/// <summary>
/// Something wrong with a file that a source refers to, in a section, a key and a line (from 1), if any; and what to do, or nothing.
/// </summary>
public sealed record SourceProblem(string File, string? Section, string? Key, int? Line, string Message, string Suggestion);
