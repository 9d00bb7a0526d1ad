namespace Idq.Streaming;

/// <summary>A format in which products leave the program.</summary>
/// <typeparam name="T">What writes it: <see cref="IQuiverWriter"/> or <see cref="ISeriesWriter"/>.</typeparam>
/// <param name="Names">The words that choose it in [JOB reporting] flavor; the first is the one that help shows.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Read">Declares and reads its options of that section, and gives what opens the writer.</param>
public sealed record WriterFlavor<T>(IReadOnlyList<string> Names, string Meaning, Func<IOptionReader, Func<T>> Read);
