using Idq.Tracking;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Idq.Streaming.Tests;

/// <summary>An analysis in a folder of its own: a configuration, a real store, real products.</summary>
sealed class Analysis : IDisposable
{
    public const string Channels = """
        [mock]
        outages = 1262304150 1262304153.25
        [stream thump]
        rate = 0.15
        frequency distribution = loguniform 16 128
        snr distribution = pareto 2.5 0 9
        witnesses =
            H1:TARGET
            H1:WITNESS efficiency=0.9 jitter_time=0.02 jitter_snr=0.1
        [channel H1:TARGET]
        rate = 0.1
        frequency distribution = loguniform 16 2048
        snr distribution = expon 5 0.4
        [channel H1:WITNESS]
        rate = 0.05
        frequency distribution = loguniform 16 128
        snr distribution = pareto 3 0 6
        [channels H1:AUX_{0}]
        count = 3
        rate = 0.5
        frequency distribution = loguniform 16 2048
        snr distribution = pareto 3 0 5
        """;

    public const string Ini = """
        [general]
        tag = test
        instrument = H1
        rootdir = .
        classifiers = ovl linear random
        seed = 3
        [samples]
        target_channel = H1:TARGET
        target_bounds = snr 8 inf
        dirty_bounds = snr 5 inf
        dirty_window = 0.1
        [features]
        significance = snr
        window = 0.15
        columns = snr delta_time
        transforms = snr:log10
        [train]
        random_rate = 1
        [train data discovery]
        flavor = MockClassifierData
        config = channels.ini
        [train stream]
        stride = 32
        min_new_samples = 20
        [evaluate]
        random_rate = 1
        [evaluate stream]
        stride = 8
        [calibrate]
        min_new_samples = 20
        min_samples = 2
        [timeseries]
        srate = 16
        [timeseries stream]
        stride = 8
        [ovl]
        flavor = OVL
        thresholds = 6 8 10 15
        windows = 0.05 0.1
        [linear]
        flavor = linear
        [random]
        flavor = random
        """;

    readonly TemporaryFolder folder = new();
    readonly Lazy<TrackerStore> store;

    /// <summary>A flag that is unknown for a while, and inactive for a while, beside the outage of the simulation.</summary>
    public const string Segments = """
        {"ifo": "H1", "name": "DMT", "version": 1,
         "known": [[1262303000, 1262304230], [1262304232, 1262314000]],
         "active": [[1262303000, 1262304040.5], [1262304047, 1262304231], [1262304232, 1262314000]]}
        """;

    public static readonly string[] WithSegments = ["segdb:files=segments.json", "segdb:intersect=H1:DMT:1"];

    readonly Catalogue? catalogue;

    public Analysis(params string[] settings) : this(Ini, null, settings)
    {
    }

    Analysis(string ini, Catalogue? catalogue, string[] settings)
    {
        this.catalogue = catalogue;
        folder.Write("channels.ini", Channels);
        folder.Write("segments.json", Segments);
        folder.Write("test.ini", ini);
        Configuration = Reread(settings);
        store = new(() => TrackerStore.Open(Configuration.Tracker.Store, Clocks.Still));
    }

    /// <summary>An analysis with one of the three classifiers only.</summary>
    public static Analysis Of(string classifier, params string[] settings)
    {
        var kept = Ini.Replace("classifiers = ovl linear random", "classifiers = " + classifier, StringComparison.Ordinal)
            .Split("\n[")
            .Where(section =>
                section.IndexOf(']', StringComparison.Ordinal) is var end
                && (end < 0 || section[..end] is var name && (name == classifier || name is not ("ovl" or "linear" or "random")))
            );
        return new(string.Join("\n[", kept), null, settings);
    }

    /// <summary>An analysis of another configuration, which may name more than the program brings.</summary>
    public static Analysis With(string ini, Catalogue catalogue, params string[] settings) => new(ini, catalogue, settings);

    public Configuration Configuration { get; private set; }

    public TrackerStore Store => store.Value;

    public ProductPath Paths => Configuration.General.Paths;

    public string Folder => folder.Path;

    public string IniPath => folder.File("test.ini");

    /// <summary>Lines of the log, from whatever thread.</summary>
    public List<string> Log { get; } = [];

    public string Write(string name, string text) => folder.Write(name, text);

    /// <summary>Reads the configuration again, under other settings.</summary>
    public Configuration Reread(params string[] settings)
    {
        Configuration = Configuration.Read(folder.File("test.ini"), settings, new Dictionary<string, string>(), catalogue);
        return Configuration.HasErrors ? throw new ConfigurationException(Configuration.Problems) : Configuration;
    }

    /// <summary>What one process has in hand. Asking again is a restart.</summary>
    public JobContext Context(IEventSource? source = null, IGpsClock? clock = null, bool isLive = false) =>
        new(Configuration, Store, clock ?? new ReplayClock(Gps.Origin), isLive, new ListLogger(Log), source is null ? null : _ => source);

    /// <summary>Runs jobs over a range in replay.</summary>
    public Task<RunReport> ReplayAsync(Segment range, params string[] jobs) =>
        new StreamRun(Configuration, Clocks.Still, LeapSeconds.BuiltIn, NullLoggerFactory.Instance).RunAsync(
            new RunRequest(jobs.Length == 0 ? RunRequest.AllJobs : jobs, range.Start, range.End, 0, true),
            null,
            CancellationToken.None
        );

    /// <summary>Every file of the products, by its name, with its SHA-256.</summary>
    public SortedDictionary<string, string> Files()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(Paths.Root)) return files;
        foreach (var path in Directory.EnumerateFiles(Paths.Root, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(Paths.Root, path)] = Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))
            );
        return files;
    }

    public Product[] Products(string? kind = null, string? nickname = null) =>
        Store.Products(new ProductQuery { Kind = kind, Nickname = nickname }).ToArray();

    /// <summary>
    /// Takes over the models and maps of another analysis, as if they had been made here of data from long before
    /// <see cref="Gps.Origin"/>: they may judge whatever a test asks for.
    /// </summary>
    public void Adopt(Analysis other)
    {
        const long Long = 10_000 * Gps.Second;
        foreach (var product in other.Products().Where(p => p.Kind is "model" or "map"))
        {
            var path = Paths.Absolute(product.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(other.Paths.Absolute(product.Path), path);
            Store.Commit(
                new StrideCommit
                {
                    Products =
                    [
                        new ProductDraft(
                            product.Kind,
                            product.Nickname,
                            product.StartNs - Long,
                            product.EndNs - Long,
                            product.Path,
                            product.Sha256,
                            [],
                            product.Job
                        )
                        {
                            Attributes = product.Attributes,
                        },
                    ],
                }
            );
        }
    }

    public void Dispose()
    {
        if (store.IsValueCreated) store.Value.Dispose();
        folder.Dispose();
    }

    sealed class ListLogger(List<string> lines) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (lines) lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
