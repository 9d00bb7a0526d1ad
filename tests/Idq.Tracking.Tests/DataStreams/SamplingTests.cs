using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests;

/// <summary>What a client keeps that samples when its buffer is full.</summary>
public sealed class SamplingTests : StreamFixture
{
    static StreamRecord New(string sequence, long idx) => new(default, sequence, idx, idx, RecordValues.Empty);

    [Fact]
    public void Whatever_comes_and_whenever_it_overflows_what_is_kept_of_a_sequence_is_evenly_spread() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Gen.ArrayOf(Gen.Choose(0, 12)).Where(steps => steps.Length > 0).ToArbitrary(),
                ArbMap.Default.ArbFor<int>(),
                (steps, seed) =>
                {
                    var random = new Random(seed);
                    var lanes = new SampleLanes();
                    var waiting = new List<StreamRecord>();
                    var next = new long[3];
                    var strides = new Dictionary<string, long>
                    {
                        ["0"] = 1,
                        ["1"] = 1,
                        ["2"] = 1,
                    };
                    foreach (var step in steps)
                    {
                        if (step == 0)
                        {
                            var twice = waiting
                                .GroupBy(record => record.Sequence)
                                .Where(group => group.Count() > 1)
                                .Select(group => group.Key)
                                .ToArray();
                            waiting = lanes.Thin(waiting);
                            foreach (var sequence in twice)
                                strides[sequence] *= 2;
                            continue;
                        }

                        for (var n = random.Next(20); n > 0; n--)
                        {
                            var lane = random.Next(step % 3 + 1);
                            var record = New(lane.ToString(), next[lane]++);
                            if (lanes.Skips(default, record.Sequence))
                                continue;
                            lanes.Take(default, record.Sequence);
                            waiting.Add(record);
                        }
                    }

                    return waiting
                        .GroupBy(record => record.Sequence)
                        .All(group =>
                        {
                            var numbers = group.Select(record => record.Idx).ToArray();
                            return numbers.Zip(numbers.Skip(1)).All(pair => pair.Second - pair.First == strides[group.Key])
                                && next[int.Parse(group.Key)] - 1 - numbers[^1] < strides[group.Key];
                        });
                }
            )
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_buffer_keeps_an_even_sample_of_the_whole_time_and_the_final_persist_repairs(bool compress)
    {
        const int count = 20_000;
        var options = Unix with
        {
            CliBuffer = 1 << 16,
            CliOverflow = StreamOverflow.Sample,
            CliCloseTimeout = TimeSpan.Zero,
            Compress = compress,
        };
        var sequence = new Sequence(Run, "loss", Clock);
        await using var client = Connect(options);
        var random = new Random(3);
        using (client.Link(sequence))
        {
            for (var i = 0; i < count; i++) sequence.Append(RecordValues.Of(("value", random.NextDouble()), ("more", random.NextDouble())));
        }

        var statistics = client.Statistics;
        Assert.Equal(count, statistics.DroppedRecords + statistics.WaitingRecords);
        Assert.InRange(statistics.WaitingRecords, 200, 5000);
        var store = new InMemorySequenceStore();
        await using var server = await ServeAsync(Unix, store);
        await client.FlushAsync(Patience);
        await server.PersistedAsync(statistics.WaitingRecords).WaitAsync(Patience);
        var kept = (await AllAsync(store, Run, "loss")).Select(row => row.Idx).ToArray();
        Assert.Equal(statistics.WaitingRecords, kept.Length);
        // What had been sent once, when nobody was there, is not thinned: it comes first, and with it the beginning.
        long stride = kept[^1] - kept[^2];
        Assert.InRange(stride, 4, 256);
        var spaces = kept.Zip(kept.Skip(1)).Select(pair => pair.Second - pair.First).ToArray();
        Assert.Equal(0, kept[0]);
        Assert.True(spaces.Count(space => space == stride) > 0.7 * spaces.Length, string.Join(' ', spaces));
        Assert.True(spaces.All(space => space <= stride));
        Assert.True(count - 1 - kept[^1] < stride);
        // When nothing waits any more, everything is taken.
        for (var i = count; i < count + 50; i++) Assert.True(client.Append(Run, "loss", i, i, Row(i)));
        Assert.Equal(statistics.DroppedRecords, client.Statistics.DroppedRecords);
        await client.FlushAsync(Patience);
        var outcome = await store.ReconcileAsync(Run, "loss", sequence.Rows(), CancellationToken.None);
        Assert.Equal(statistics.DroppedRecords, outcome.Added);
        Assert.Empty(await store.GapsAsync(Run, "loss", CancellationToken.None));
    }

    [Fact]
    public async Task A_flush_that_waits_when_the_buffer_is_thinned_ends_with_what_is_left()
    {
        await using var client = Connect(
            Unix with
            {
                CliBuffer = 1 << 16,
                CliOverflow = StreamOverflow.Sample,
                CliCloseTimeout = TimeSpan.Zero,
            }
        );
        for (var i = 0; i < 500; i++)
            client.Append(Run, "loss", i, i, Row(i));
        var flushing = client.FlushAsync(Patience);
        for (var i = 500; i < 20_000; i++) client.Append(Run, "loss", i, i, Row(i));
        Assert.False(flushing.IsCompleted);
        await using var server = await ServeAsync(Unix, new InMemorySequenceStore());
        Assert.Equal(0, (await flushing).Unacknowledged);
    }

    [Fact]
    public async Task Where_every_sequence_has_one_record_nothing_can_be_thinned_and_the_newest_goes()
    {
        await using var client = Connect(
            Unix with
            {
                CliBuffer = 1 << 16,
                CliOverflow = StreamOverflow.Sample,
                CliCloseTimeout = TimeSpan.Zero,
            }
        );
        var values = RecordValues.Of(("value", new byte[1000]));
        var taken = Enumerable.Range(0, 200).Count(i => client.Append(Run, $"s{i}", 0, 0, values));
        Assert.InRange(taken, 50, 70);
        Assert.Equal((200 - taken, taken), (client.Statistics.DroppedRecords, client.Statistics.WaitingRecords));
    }
}
