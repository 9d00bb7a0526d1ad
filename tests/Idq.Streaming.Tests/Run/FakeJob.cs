using Idq.Learning;

namespace Idq.Streaming.Tests.Run;

/// <summary>A job that does what the test says.</summary>
sealed class FakeJob(JobContext context, Segment range, Func<Stride, Task>? prepare = null, Func<Lane, Stride, StepResult>? step = null)
    : Job(context, "fake", context.Configuration.Evaluate.Cadence, Open(context), range)
{
    protected override bool NeedsPadding => false;

    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        if (prepare is not null) await prepare(stride).WaitAsync(cancellationToken);
        return new(stride, null, null);
    }

    public override StepResult Step(Lane lane, StrideWork work, CancellationToken cancellationToken) =>
        step?.Invoke(lane, work.Stride) ?? new();

    /// <summary>A product of a stride.</summary>
    public StepResult Product(Lane lane, Stride stride) =>
        new()
        {
            Products =
            [
                Stage.Write("thing", lane.Nickname, stride.Segment, "txt", [], "{}", path => File.WriteAllText(path, stride.ToString())),
            ],
        };

    static Lane[] Open(JobContext context) =>
        context
            .Configuration.Classifiers.Select(section => new Lane(
                "fake",
                new RandomClassifier(section.Nickname, new RandomOptions()),
                section
            ))
            .ToArray();
}
