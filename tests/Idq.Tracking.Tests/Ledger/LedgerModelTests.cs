using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Idq.Tracking.Tests.Ledger;

/// <summary>Random sequences of good and bad commits against a ledger made of lists.</summary>
public sealed class LedgerModelTestsOnSqlite() : LedgerModelTests(TestEngine.Sqlite);

public sealed class LedgerModelTestsOnPostgres() : LedgerModelTests(TestEngine.Postgres);

public abstract class LedgerModelTests(TestEngine engine) : StoreFixture(engine)
{
    static int storeCount;

    /// <summary>A commit in the small: numbers stand for paths, parents and cursors.</summary>
    sealed record Step(int[] Paths, int Parent, bool IsConditional, int From, int To, int Skips, int Messages, int Sent);

    sealed class Model
    {
        public List<(int Path, int Parent)> Products { get; } = [];

        public int? Cursor { get; private set; }

        public int Skips { get; private set; }

        public List<string> Outbox { get; } = [];

        /// <summary>Applies a step, or nothing of it, as the store should.</summary>
        public TrackerFailure? Apply(Step step)
        {
            if (step.IsConditional && Cursor != FromOf(step))
                return TrackerFailure.CursorMoved;
            var before = Products.Count;
            foreach (var path in step.Paths)
            {
                TrackerFailure? failure = Products.Exists(p => p.Path == path) ? TrackerFailure.DuplicateProduct
                    : step.Parent > Products.Count ? TrackerFailure.UnknownReference
                    : null;
                if (failure is not null)
                {
                    Products.RemoveRange(before, Products.Count - before);
                    return failure;
                }

                Products.Add((path, step.Parent));
            }

            Cursor = step.To;
            Skips += step.Skips;
            Outbox.AddRange(Payloads(step));
            return null;
        }
    }

    static IEnumerable<string> Payloads(Step step) => Enumerable.Range(0, step.Messages).Select(i => $"{step.To}/{step.Skips}/{i}");

    static int? FromOf(Step step) => step.From == 0 ? null : step.From;

    static readonly Gen<Step> Steps =
        from paths in Gen.Choose(0, 40).ArrayOf().Resize(4)
        from parent in Gen.Choose(0, 8)
        from isConditional in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from cursor in Gen.Choose(0, 2)
        from to in Gen.Choose(1, 2)
        from skips in Gen.Choose(0, 2)
        from messages in Gen.Choose(0, 3)
        from sent in Gen.Choose(0, 7)
        select new Step(paths, parent, isConditional, cursor, to, skips, messages, sent);

    [Fact]
    public void Any_commits_good_and_bad_leave_what_the_good_ones_wrote()
    {
        Prop.ForAll(Steps.ListOf().Resize(15).ToArbitrary(), steps =>
        {
            var model = new Model();
            var location = Engine == TestEngine.Sqlite
                ? InFolder($"model{Interlocked.Increment(ref storeCount)}.sqlite")
                : PostgresServer.NewLocation();
            using var store = TrackerStore.Open(location, Clock);
            foreach (var step in steps)
            {
                var expected = model.Apply(step);
                Assert.Equal(expected, Commit(store, step));
                Assert.Equal(model.Products.Count, store.LastSeq());
                Assert.Equal(model.Cursor?.ToString(), store.Cursor("c"));
                Assert.Equal(model.Skips, store.Skips().Count());
                Assert.Equal(model.Outbox, store.Outbox().Select(message => Encoding.UTF8.GetString(message.Payload.Span)));
                Assert.Equal(model.Outbox.Count, store.OutboxCount());
                Send(model, store, step.Sent);
            }

            Assert.Equal(
                model.Products.Select((p, i) => (i + 1L, $"{p.Path}", p.Parent == 0 ? "" : $"{p.Parent}")),
                store.Products().Select(p => (p.Seq, p.Path, string.Join(',', p.Parents))));
        }).QuickCheckThrowOnFailure();
    }

    // The bits say which of the oldest three messages were delivered.
    static void Send(Model model, TrackerStore store, int bits)
    {
        var waiting = store.Outbox(limit: 3);
        var sent = Enumerable.Range(0, waiting.Count).Where(i => (bits >> i & 1) == 1).ToList();
        Assert.Equal(sent.Count, store.Sent([.. sent.Select(i => waiting[i].Seq)]));
        foreach (var i in Enumerable.Reverse(sent)) model.Outbox.RemoveAt(i);
    }

    static TrackerFailure? Commit(TrackerStore store, Step step)
    {
        try
        {
            store.Commit(new StrideCommit
            {
                Products = [.. step.Paths.Select(path => Draft($"{path}", parents: step.Parent == 0 ? [] : [step.Parent]))],
                Cursors = [step.IsConditional
                    ? CursorMove.FromTo("c", FromOf(step)?.ToString(), $"{step.To}")
                    : new CursorMove("c", $"{step.To}")],
                Skips = [.. Enumerable.Range(0, step.Skips).Select(i => new SkipDraft("train", i, i + 1, "late"))],
                Messages = [.. Payloads(step).Select(payload => Message(payload))],
            });
            return null;
        }
        catch (TrackerException e)
        {
            return e.Failure;
        }
    }
}
