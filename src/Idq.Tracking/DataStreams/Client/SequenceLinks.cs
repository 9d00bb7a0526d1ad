namespace Idq.Tracking;

/// <summary>Sequences that stream to a client until this is disposed.</summary>
sealed class SequenceLinks : IDisposable
{
    readonly List<Sequence> sequences = [];

    /// <exception cref="InvalidOperationException">One of them is linked to a client already; none is linked by this call then.</exception>
    public SequenceLinks(DataStreamClient client, IReadOnlyList<Sequence> all)
    {
        try
        {
            foreach (var sequence in all)
            {
                sequence.LinkTo(client);
                sequences.Add(sequence);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var sequence in sequences) sequence.LinkTo(null);
        sequences.Clear();
    }
}
