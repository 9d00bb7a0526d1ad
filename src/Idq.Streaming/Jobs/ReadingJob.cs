namespace Idq.Streaming;

/// <summary>A job that reads the events about its strides.</summary>
public abstract class ReadingJob : Job
{
    /// <summary>A job over a range.</summary>
    /// <param name="open">Opens a processor of its strides.</param>
    protected ReadingJob(JobContext context, string name, JobSection section, Segment range, Func<StreamProcessor> open)
        : base(context, name, section.Cadence, context.Lanes(name, section), range)
    {
        Input = context.Input(section);
        Processor = open();
        Factory = context.Rows(section);
    }

    /// <inheritdoc/>
    public sealed override SharedInput Input { get; }

    /// <summary>Loads the strides in their turn.</summary>
    protected StreamProcessor Processor { get; }

    /// <summary>Makes rows of what was loaded.</summary>
    protected QuiverFactory Factory { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Processor.Dispose();
        base.Dispose(disposing);
    }
}
