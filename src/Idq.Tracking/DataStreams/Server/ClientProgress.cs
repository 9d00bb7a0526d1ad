namespace Idq.Tracking;

/// <summary>What has arrived of one client's messages. Without input and output.</summary>
sealed class ClientProgress(ulong client)
{
    /// <summary>How scattered arrivals may be; a message that would make one more island is not taken, and comes again.</summary>
    public const int MaxRanges = 4096;

    const int WorthShrinking = 16;

    // Disjoint, ascending, not adjacent, all above Through + 1.
    readonly List<(ulong First, ulong Last)> ranges = [];

    /// <summary>The client.</summary>
    public ulong Client => client;

    /// <summary>Everything up to here has arrived or will never come.</summary>
    public ulong Through { get; private set; }

    /// <summary>Numbers that the client gave up before they arrived.</summary>
    public ulong Lost { get; private set; }

    /// <summary>The client's records that were refused.</summary>
    public ulong Refused { get; set; }

    /// <summary>How many ranges it has memory for.</summary>
    public int Capacity => ranges.Capacity;

    /// <summary>How many numbers are missing below the largest that has arrived.</summary>
    public ulong Missing
    {
        get
        {
            ulong missing = 0, last = Through;
            foreach (var (first, end) in ranges) (missing, last) = (missing + (first - last - 1), end);
            return missing;
        }
    }

    public bool Has(ulong number) => number <= Through || (Find(number) is var at && at < ranges.Count && ranges[at].First <= number);

    /// <summary>Whether <see cref="Add"/> would take it.</summary>
    public bool HasRoomFor(ulong number) => ranges.Count < MaxRanges || number == Through + 1 || Touches(number);

    /// <summary>It has arrived.</summary>
    public void Add(ulong number)
    {
        if (Has(number)) return;
        var at = Find(number);
        var joinsNext = at < ranges.Count && ranges[at].First == number + 1;
        var joinsLast = at > 0 && ranges[at - 1].Last == number - 1;
        if (joinsLast && joinsNext)
        {
            ranges[at - 1] = (ranges[at - 1].First, ranges[at].Last);
            ranges.RemoveAt(at);
        }
        else if (joinsLast) ranges[at - 1] = (ranges[at - 1].First, number);
        else if (joinsNext) ranges[at] = (number, ranges[at].Last);
        else ranges.Insert(at, (number, number));
        Merge();
    }

    /// <summary>Nothing before <paramref name="edge"/> will come (again).</summary>
    public void Forget(ulong edge, bool isFirstContact)
    {
        if (edge <= Through + 1) return;
        ulong arrived = 0;
        while (ranges.Count > 0 && ranges[0].First < edge)
        {
            var (first, last) = ranges[0];
            arrived += Math.Min(last, edge - 1) - first + 1;
            if (last >= edge)
            {
                ranges[0] = (edge, last);
                break;
            }

            ranges.RemoveAt(0);
        }

        // What came before a server's first day was another server's.
        if (!isFirstContact) Lost += edge - 1 - Through - arrived;
        Through = edge - 1;
        Merge();
    }

    public Acknowledgement Acknowledge()
    {
        var missing = new List<(ulong First, ulong Last)>();
        var highest = Through;
        foreach (var (first, last) in ranges)
        {
            if (missing.Count == Acknowledgement.MaxMissing) break;
            missing.Add((highest + 1, first - 1));
            highest = last;
        }

        return new Acknowledgement(client, Through, highest, missing, Refused);
    }

    bool Touches(ulong number) => Find(number) is var at
        && ((at < ranges.Count && ranges[at].First <= number + 1) || (at > 0 && ranges[at - 1].Last + 1 >= number));

    // The first range that ends at or after a number.
    int Find(ulong number)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].Last < number) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    void Merge()
    {
        while (ranges.Count > 0 && ranges[0].First <= Through + 1)
        {
            Through = Math.Max(Through, ranges[0].Last);
            ranges.RemoveAt(0);
        }

        // What was scattered once and is not any more must not keep its memory.
        if (ranges.Capacity >= WorthShrinking && 4 * ranges.Count <= ranges.Capacity) ranges.Capacity = 2 * ranges.Count;
    }
}
