using Idq.Learning;
using Idq.Streaming.Tests.Toys.Classifier;
using Idq.Streaming.Tests.Toys.Source;
using Idq.Streaming.Tests.Toys.Writer;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests.Toys;

/// <summary>An analysis of toys only: their log, their classifier, their writers, their post.</summary>
sealed class ToyRun : IDisposable
{
    public static readonly Segment Range = Gps.Seg(0, 128);

    public const string Ini = """
        [general]
        tag = toys
        instrument = H1
        rootdir = .
        classifiers = recall
        seed = 3
        [samples]
        target_channel = H1:TARGET
        target_bounds = snr 8 inf
        dirty_bounds = snr 5 inf
        dirty_window = 0.1
        [features]
        significance = snr
        window = 0.15
        columns = snr
        [train]
        random_rate = 1
        [train data discovery]
        flavor = ToyLog
        groups = a b
        [train stream]
        stride = 16
        min_new_samples = 50
        [evaluate]
        random_rate = 1
        [evaluate stream]
        stride = 8
        [evaluate reporting]
        flavor = ParquetReporter ToyQuiver
        [calibrate]
        min_new_samples = 20
        min_samples = 2
        [timeseries]
        srate = 4
        [timeseries stream]
        stride = 8
        [timeseries reporting]
        flavor = ToySeries
        [recall]
        flavor = Recall
        threshold = 7
        """;

    public ToyRun(params string[] settings) : this(ToyLog.Random(Gps.Seg(-4, 132)), settings)
    {
    }

    public ToyRun(ToyLog log, params string[] settings)
    {
        Log = log;
        Analysis = Analysis.With(Ini, ToyCatalogue.Of(log, Post), settings);
    }

    public Analysis Analysis { get; }

    public ToyLog Log { get; }

    public ToyPost Post { get; } = new();

    /// <summary>The kind of classifier, which counts its trainings.</summary>
    public RecallFlavor Flavor => (RecallFlavor)Analysis.Configuration.Catalogue.Classifiers.Find("Recall")!;

    /// <summary>Runs all jobs in replay, as a process would, until so many strides are done.</summary>
    public async Task<RunReport> RunAsync(int strides = int.MaxValue, Segment? range = null)
    {
        using var stop = new CancellationTokenSource();
        var (start, end) = (range ?? Range) is var r ? (r.Start, r.End) : default;
        return await new StreamRun(Analysis.Configuration, Clocks.Still, LeapSeconds.BuiltIn, NullLoggerFactory.Instance).RunAsync(
            new RunRequest(RunRequest.AllJobs, start, end, 0, true),
            new Counter(strides, stop),
            stop.Token
        );
    }

    /// <summary>The models in the order of the ledger.</summary>
    public RecallModel[] Models() => [.. Analysis.Products("model").Select(p => (RecallModel)Read(p.Path))];

    /// <summary>The lines of a product that a toy wrote.</summary>
    public string[] Lines(string kind) =>
    [
        .. Analysis.Products(kind).Where(p => p.Path.EndsWith(".txt", StringComparison.Ordinal))
            .SelectMany(p => File.ReadAllLines(Analysis.Paths.Absolute(p.Path))),
    ];

    public ClassifierModel Read(string path) =>
        ModelFile.Load(Analysis.Paths.Absolute(path), Analysis.Configuration.Catalogue.Classifiers).Model;

    public void Dispose() => Analysis.Dispose();

    sealed class Counter(int strides, CancellationTokenSource stop) : IProgress<RunProgress>
    {
        int seen;

        public void Report(RunProgress value)
        {
            if (++seen == strides) stop.Cancel();
        }
    }
}
