using System.Text;

namespace Idq.House.Tests.Architecture;

/// <summary>Folders that all reach each other by mentions, and the mentions that make it so.</summary>
sealed record Circle(IReadOnlyList<string> Folders, IReadOnlyList<Mention> Mentions)
{
    const int SitesShown = 3;

    /// <summary>The circles among these mentions: the strongly connected components with more than one folder, in ordinal order.</summary>
    public static IReadOnlyList<Circle> Among(IReadOnlyList<Mention> mentions)
    {
        var next = mentions.ToLookup(mention => mention.From, mention => mention.To);
        var reached = next.ToDictionary(from => from.Key, from => Reachable(from.Key, next));
        var left = new SortedSet<string>(reached.Keys, StringComparer.Ordinal);
        var circles = new List<Circle>();
        while (left.Min is { } folder)
        {
            // Two folders are in one circle when each reaches the other.
            List<string> folders =
            [
                folder, .. left.Where(other => other != folder && reached[folder].Contains(other) && reached[other].Contains(folder)),
            ];
            left.ExceptWith(folders);
            if (folders.Count > 1) circles.Add(new(folders, [.. mentions.Where(m => folders.Contains(m.From) && folders.Contains(m.To))]));
        }
        return circles;
    }

    /// <summary>The arrows with their types and places. Those with the fewest mentions come first: they are the easiest to undo.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"circle of {string.Join(", ", Folders)}:\n");
        foreach (var arrow in Mentions.GroupBy(m => (m.From, m.To)).OrderBy(arrow => arrow.Count()))
        {
            text.Append($"  {arrow.Key.From} -> {arrow.Key.To}\n");
            foreach (var type in arrow.GroupBy(m => m.Type))
            {
                var sites = type.Select(m => $"{m.File}:{m.Line}").ToList();
                var more = sites.Count > SitesShown ? $" and {sites.Count - SitesShown} more" : "";
                text.Append($"    {type.Key} in {string.Join(", ", sites.Take(SitesShown))}{more}\n");
            }
        }
        return text.ToString();
    }

    static HashSet<string> Reachable(string start, ILookup<string, string> next)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(next[start]);
        while (open.TryPop(out var folder))
            if (reached.Add(folder))
                foreach (var further in next[folder]) open.Push(further);
        return reached;
    }
}
