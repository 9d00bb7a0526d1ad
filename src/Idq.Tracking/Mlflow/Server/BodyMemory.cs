namespace Idq.Tracking.Mlflow;

/// <summary>Bounds what the bodies of all requests under way hold in memory together.</summary>
/// <threadsafety>Safe; a share belongs to one request.</threadsafety>
sealed class BodyMemory(long limit)
{
    long held;

    /// <summary>What is held now, in bytes.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>The share of one request, given back when disposed of.</summary>
    public Share Open() => new(this);

    internal sealed class Share(BodyMemory memory) : IDisposable
    {
        long own;

        /// <summary>Takes more.</summary>
        /// <exception cref="Refusal">All is taken.</exception>
        public void Take(long bytes)
        {
            own += bytes;
            if (Interlocked.Add(ref memory.held, bytes) > memory.Limit)
                throw new Refusal(
                    RefusalCode.TemporarilyUnavailable,
                    "The server has as many requests as its memory holds; try again later"
                );
        }

        public void Dispose() => Interlocked.Add(ref memory.held, -Interlocked.Exchange(ref own, 0));
    }

    long Limit => limit;
}
