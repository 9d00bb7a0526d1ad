using Idq.Learning;
using Idq.Tracking;

namespace Idq.Streaming.Tests.Run;

/// <summary>A job that does what the test says.</summary>
sealed class FakeJob(
    JobContext context,
    Segment range,
    Func<Stride, Task>? prepare = null,
    Func<Lane, Stride, StepResult>? step = null,
    string name = "fake",
    CadenceSection? cadence = null
) : Job(context, name, cadence ?? context.Configuration.Evaluate.Cadence, Open(context, name), range)
{
    protected override bool NeedsPadding => false;

    public override async ValueTask<StrideWork> PrepareAsync(Stride stride, CancellationToken cancellationToken)
    {
        if (prepare is not null) await prepare(stride).WaitAsync(cancellationToken);
        return new(stride, null, null) { Losses = Lost(stride) };
    }

    /// <summary>What a stride lost before any classifier looked at it.</summary>
    public Func<Stride, IReadOnlyList<SkipDraft>> Lost { get; init; } = _ => [];

    /// <summary>Is called when the memory of a lane is brought back.</summary>
    public Action<Lane> Recovers { get; init; } = _ => { };

    /// <summary>Brings back the memory of the job.</summary>
    public Func<Task> Restores { get; init; } = () => Task.CompletedTask;

    public override async ValueTask RestoreAsync(CancellationToken cancellationToken) => await Restores().WaitAsync(cancellationToken);

    public override void Recover(Lane lane, CancellationToken cancellationToken) => Recovers(lane);

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

    static Lane[] Open(JobContext context, string name) =>
        context
            .Configuration.Classifiers.Select(section => new Lane(
                name,
                new RandomClassifier(section.Nickname, new RandomOptions()),
                section
            ))
            .ToArray();
}
