using Idq.Tracking;

namespace Idq.Streaming;

/// <summary>
/// Where the writers of one product put what they made: files onto the stage, messages for the outbox. Nothing of it is seen before
/// the stride is committed.
/// </summary>
/// <param name="stage">Where files are written before they have their name.</param>
/// <param name="kind">What it is: model, quiver, map, series.</param>
/// <param name="nickname">The classifier.</param>
/// <param name="span">The time that it covers.</param>
/// <param name="parents">Sequence numbers of the products that it was made from.</param>
/// <param name="attributes">A JSON object for the ledger.</param>
/// <param name="suffix">Added to the file's description, where a job writes several products of one kind and span.</param>
/// <threadsafety>For one lane.</threadsafety>
public sealed class ProductOutput(
    ProductStage stage, string kind, string nickname, Segment span, IReadOnlyList<long> parents, string attributes, string suffix = "")
{
    readonly List<StagedProduct> files = [];
    readonly List<OutboxMessage> messages = [];

    /// <summary>The files, and entries without a file, so far.</summary>
    public IReadOnlyList<StagedProduct> Files => files;

    /// <summary>The messages so far.</summary>
    public IReadOnlyList<OutboxMessage> Messages => messages;

    /// <summary>The detector, for example H1.</summary>
    public string Instrument => stage.Instrument;

    /// <summary>The time that the product covers.</summary>
    public Segment Span => span;

    /// <summary>Sequence numbers of the products that it was made from.</summary>
    public IReadOnlyList<long> Parents => parents;

    /// <summary>Adds a file, which <paramref name="write"/> writes to the path that it is given.</summary>
    /// <param name="extension">Of the file's name, without the dot.</param>
    /// <param name="write">Writes the file.</param>
    public void AddFile(string extension, Action<string> write) =>
        files.Add(stage.Write(kind, nickname, span, extension, parents, attributes, write, suffix));

    /// <summary>Adds an entry of the ledger without a file: a product that has nothing to show but its attributes.</summary>
    public void AddEntry() => files.Add(stage.Enter(kind, nickname, span, parents, attributes));

    /// <summary>Adds a message, which is sent after the stride was committed, at least once.</summary>
    /// <param name="destination">Where to: chooses the sender.</param>
    /// <param name="key">What the destination may order or deduplicate by.</param>
    /// <param name="payload">The content.</param>
    public void AddMessage(string destination, string key, ReadOnlyMemory<byte> payload) => messages.Add(new(destination, key, payload));
}
