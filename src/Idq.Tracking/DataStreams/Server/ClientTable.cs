namespace Idq.Tracking;

/// <summary>What has arrived of every client. Of too many clients the one that was silent longest is forgotten.</summary>
/// <remarks>Forgetting a client costs nothing but the recognition of its repetitions: their rows are kept once all the same.</remarks>
/// <threadsafety>One thread changes it; the totals may be read from any.</threadsafety>
sealed class ClientTable(int maxClients)
{
    readonly Lock gate = new();
    readonly Dictionary<ulong, LinkedListNode<ClientProgress>> clients = [];

    // Who was heard last is last.
    readonly LinkedList<ClientProgress> byLastHeard = [];

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
            bool isNew = !clients.TryGetValue(head.Client, out var node);
            if (node is null)
            {
                if (clients.Count >= maxClients) Forget(byLastHeard.First!);
                clients.Add(head.Client, node = new(new ClientProgress(head.Client)));
            }
            else byLastHeard.Remove(node);

            byLastHeard.AddLast(node);
            node.Value.Forget(head.Edge, isNew);
            return node.Value;
        }
    }

    /// <summary>A message has arrived for good.</summary>
    public void Settle(ClientProgress client, ulong number, ulong refusedRecords)
    {
        lock (gate)
        {
            client.Add(number);
            client.Refused += refusedRecords;
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
    }
}
