using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Idq.Tracking;

/// <summary>
/// Which records a buffer that overflows leaves out, so that those that it keeps stay evenly spread: of every sequence every second one
/// that waits goes, and from then on only every second one of those that would have been taken is taken. Without input and output.
/// </summary>
/// <threadsafety>The caller's lock.</threadsafety>
sealed class SampleLanes
{
    // Sequences that are not here lose nothing.
    readonly Dictionary<(Guid Run, string Sequence), Lane> lanes = [];

    /// <summary>Whether the next record of a sequence is left out; it is counted then, and otherwise not.</summary>
    public bool Skips(Guid run, string sequence)
    {
        if (lanes.Count == 0) return false;
        ref var lane = ref CollectionsMarshal.GetValueRefOrNullRef(lanes, (run, sequence));
        if (Unsafe.IsNullRef(ref lane) || lane.Skip == 0) return false;
        lane.Skip--;
        return true;
    }

    /// <summary>A record of a sequence is taken.</summary>
    public void Take(Guid run, string sequence)
    {
        if (lanes.Count == 0) return;
        ref var lane = ref CollectionsMarshal.GetValueRefOrNullRef(lanes, (run, sequence));
        if (!Unsafe.IsNullRef(ref lane)) lane.Skip = lane.Stride - 1;
    }

    /// <summary>Of records that wait, in their order: those that stay. All of them when no sequence has two.</summary>
    public List<StreamRecord> Thin(IReadOnlyList<StreamRecord> waiting)
    {
        var counts = new Dictionary<(Guid, string), long>();
        var kept = new List<StreamRecord>((waiting.Count / 2) + 1);
        foreach (var record in waiting)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, (record.Run, record.Sequence), out _);
            if (count++ % 2 == 0) kept.Add(record);
        }

        foreach (var (key, count) in counts)
        {
            if (count < 2) continue;
            var lane = lanes.GetValueOrDefault(key, new Lane { Stride = 1 });
            // After an odd number the last one stays, and the next one of the old stride goes.
            lanes[key] = new Lane { Stride = 2 * lane.Stride, Skip = lane.Skip + (count % 2 == 0 ? 0 : lane.Stride) };
        }

        return kept;
    }

    /// <summary>Nothing waits any more: from now on everything is taken.</summary>
    public void Reset() => lanes.Clear();

    struct Lane
    {
        // One of so many is taken.
        public long Stride;

        // How many are left out before the next one is taken.
        public long Skip;
    }
}
