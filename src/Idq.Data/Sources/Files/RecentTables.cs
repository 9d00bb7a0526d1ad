namespace Idq.Data;

/// <summary>The tables that were asked for last, at most <paramref name="capacity"/>.</summary>
sealed class RecentTables<TKey>(int capacity)
{
    readonly List<(TKey Key, EventTable Table)> tables = [];

    /// <summary>The table of a key when it is among the recent ones.</summary>
    public EventTable? Find(TKey key) => IndexOf(key) is >= 0 and var at ? Get(key, () => tables[at].Table) : null;

    /// <summary>The table of a key; made when it is not among the recent ones.</summary>
    public EventTable Get(TKey key, Func<EventTable> make)
    {
        var at = IndexOf(key);
        var table = at >= 0 ? tables[at].Table : make();
        if (at >= 0 || tables.Count == capacity) tables.RemoveAt(Math.Max(at, 0));
        tables.Add((key, table));
        return table;
    }

    int IndexOf(TKey key) => tables.FindIndex(t => EqualityComparer<TKey>.Default.Equals(t.Key, key));
}
