namespace Idq.Tracking;

/// <summary>
/// What has arrived of every client. Of too many clients, or of clients with too many gaps
/// together, those that were silent longest are forgotten.
/// </summary>
/// <remarks>Forgetting a client costs nothing but the recognition of its repetitions: their rows are kept once all the same.</remarks>
/// <threadsafety>One thread changes it; the totals may be read from any.</threadsafety>
sealed class ClientTable(int maxClients = ClientTable.MostClients)
{
    /// <summary>How many clients are remembered: about 3 MB without gaps.</summary>
    public const int MostClients = 16_384;

    /// <summary>For how many ranges there is memory, of all clients together: 16 MB.</summary>
    public const int MostRanges = 1 << 20;

    readonly Lock gate = new();
    readonly Dictionary<ulong, LinkedListNode<ClientProgress>> clients = [];

    // Who was heard last is last.
    readonly LinkedList<ClientProgress> byLastHeard = [];

    /// <summary>How many clients are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate) return clients.Count;
        }
    }

    /// <summary>For how many ranges there is memory now.</summary>
    public long Ranges { get; private set; }

    /// <summary>How many numbers are missing of all clients, and how many were given up by them.</summary>
    public (long Missing, long Lost) Totals
    {
        get
        {
            long missing = 0, lost = 0;
            lock (gate)
            {
                foreach (var client in byLastHeard) (missing, lost) = (missing + (long)client.Missing, lost + (long)client.Lost);
            }

            return (missing, lost);
        }
    }

    /// <summary>The progress of the client that sent this, up to date with what it says it has given up.</summary>
    public ClientProgress Hear(MessageHead head)
    {
        lock (gate)
        {
            var isNew = !clients.TryGetValue(head.Client, out var node);
            if (node is null)
            {
                if (clients.Count >= maxClients) Forget(byLastHeard.First!);
                clients.Add(head.Client, node = new(new ClientProgress(head.Client)));
            }
            else byLastHeard.Remove(node);

            byLastHeard.AddLast(node);
            var before = node.Value.Capacity;
            node.Value.Forget(head.Edge, isNew);
            Ranges += node.Value.Capacity - before;
            return node.Value;
        }
    }

    /// <summary>A message has arrived for good.</summary>
    public void Settle(ClientProgress client, ulong number, ulong refusedRecords)
    {
        lock (gate)
        {
            var before = client.Capacity;
            client.Add(number);
            client.Refused += refusedRecords;
            // It may have been forgotten since it was heard.
            if (!clients.TryGetValue(client.Client, out var node) || node.Value != client) return;
            Ranges += client.Capacity - before;
            while (Ranges > MostRanges) Forget(byLastHeard.First!);
        }
    }

    /// <summary>What to tell a client; null when it is forgotten.</summary>
    public Acknowledgement? Acknowledge(ulong client)
    {
        lock (gate) return clients.TryGetValue(client, out var node) ? node.Value.Acknowledge() : null;
    }

    void Forget(LinkedListNode<ClientProgress> node)
    {
        byLastHeard.Remove(node);
        clients.Remove(node.Value.Client);
        Ranges -= node.Value.Capacity;
    }
}
