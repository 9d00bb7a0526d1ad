using Idq.Tracking;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Idq.Streaming;

/// <summary>
/// Repeats what failed for a reason that can pass (a server that is down, a full disk, a busy store) for as long as it takes, after 1, 2, 4
/// up to 30 seconds. No time passes on a virtual clock, so there the first failure is final.
/// </summary>
/// <param name="clock">The clock of the run.</param>
/// <param name="log">Where every failure is told.</param>
/// <param name="stop">Ends the repeating, and a pause at once.</param>
sealed class Retry(IGpsClock clock, ILogger log, CancellationToken stop)
{
    const long LongestPause = 30;
    static readonly ResiliencePropertyKey<Segment> Stride = new("stride");

    readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.Zero,
            ShouldHandle = args =>
                ValueTask.FromResult(!clock.IsVirtual && !stop.IsCancellationRequested && CanPass(args.Outcome.Exception)),
            OnRetry = args => WaitAsync(args, clock, log, stop),
        })
        .Build();

    /// <summary>Ends the repeating.</summary>
    public CancellationToken Stop => stop;

    /// <summary>True when nothing is repeated any more.</summary>
    public bool IsStopped => stop.IsCancellationRequested;

    /// <summary>Seconds to wait after so many failures, counted from 0.</summary>
    public static long Pause(int failures) => Math.Min(1L << Math.Min(failures, 10), LongestPause);

    /// <summary>True for trouble that can pass by itself.</summary>
    public static bool CanPass(Exception? e) =>
        e is IOException or TrackerException { IsTransient: true } or DataException { IsTransient: true };

    /// <summary>Does something that may be repeated.</summary>
    /// <param name="stride">What the log names.</param>
    /// <param name="act">Does it.</param>
    /// <param name="repair">Undoes what a failure left in memory, before the next attempt.</param>
    public async Task RunAsync(Segment stride, Action act, Action repair)
    {
        var isFirst = true;
        await RunAsync(stride, _ =>
        {
            if (!isFirst) repair();
            isFirst = false;
            act();
            return ValueTask.FromResult(true);
        }, CancellationToken.None);
    }

    /// <summary>Gets something that may be asked for again.</summary>
    public async ValueTask<T> RunAsync<T>(Segment stride, Func<CancellationToken, ValueTask<T>> get, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Stride, stride);
        try
        {
            return await pipeline.ExecuteAsync(static (c, get) => get(c.CancellationToken), context, get);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    static async ValueTask WaitAsync(OnRetryArguments<object> args, IGpsClock clock, ILogger log, CancellationToken stop)
    {
        var pause = Pause(args.AttemptNumber);
        LogMessages.Retrying(log, args.Context.Properties.GetValue(Stride, default), args.Outcome.Exception!.Message, pause);
        await clock.WaitUntilAsync(clock.Now + pause * GpsTime.NanosecondsPerSecond, stop);
    }
}
