using System.Collections.Concurrent;
using Idq.Data;
using Idq.Learning;
using Idq.Tracking;
using Microsoft.Extensions.Logging;

namespace Idq.Streaming;

/// <summary>What all jobs of one process share.</summary>
public sealed class JobContext : IDisposable
{
    readonly Dictionary<string, SharedInput> inputs = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<long, bool> foreign = new();
    readonly ConcurrentDictionary<long, string?> flavors = new();
    readonly Func<JobSection, IEventSource> open;

    /// <summary>Opens what the jobs share; sources are opened when a job asks for them.</summary>
    /// <param name="open">Opens a job's source; null opens what the configuration names.</param>
    public JobContext(
        Configuration configuration, TrackerStore store, IGpsClock clock, bool isLive, ILoggerFactory loggers,
        Func<JobSection, IEventSource>? open = null)
    {
        void Warn(string what) => LogMessages.PassedOver(loggers.CreateLogger("input"), what);
        this.open = open ?? (job => EventSources.Open(job.Discovery, configuration.General.Seed, isLive ? () => clock.Now : null, Warn));
        (Configuration, Store, Clock, IsLive, Loggers) = (configuration, store, clock, isLive, loggers);
        Paths = configuration.General.Paths;
        GoodTime = configuration.Segments.Open();
        if (configuration.Samples.Labels is { } labels) Labels = LabelledTimes.Read(labels);
        var catalogue = configuration.Catalogue.Classifiers;
        Models = new(store, Paths, "model", "train", path => ModelFile.Load(path, catalogue).Model);
        Maps = new(store, Paths, "map", "calibrate", Calibration.Read);
        QuiverWriters = [.. configuration.Evaluate.QuiverWriters.Select(open => open())];
        SeriesWriters = [.. configuration.Timeseries.SeriesWriters.Select(open => open())];
    }

    /// <summary>The configuration, without errors.</summary>
    public Configuration Configuration { get; }

    /// <summary>The tracker store.</summary>
    public TrackerStore Store { get; }

    /// <summary>The clock of the run, real or virtual.</summary>
    public IGpsClock Clock { get; }

    /// <summary>True when data may arrive while the program runs.</summary>
    public bool IsLive { get; }

    /// <summary>Where log lines go.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Where products lie.</summary>
    public ProductPath Paths { get; }

    /// <summary>Write evaluated rows, in the formats that the configuration names.</summary>
    public IReadOnlyList<IQuiverWriter> QuiverWriters { get; }

    /// <summary>Write time series, in the formats that the configuration names.</summary>
    public IReadOnlyList<ISeriesWriter> SeriesWriters { get; }

    /// <summary>The segment database; null takes all time as good.</summary>
    public GoodTime? GoodTime { get; }

    /// <summary>Labelled sample times; null when samples are target and random times.</summary>
    public (long[] Times, byte[] Labels)? Labels { get; }

    /// <summary>The models.</summary>
    public Shelf<ClassifierModel> Models { get; }

    /// <summary>The calibration maps.</summary>
    public Shelf<CalibrationDocument> Maps { get; }

    /// <summary>
    /// The model by which a classifier ranks the time from <paramref name="start"/> on, made of earlier data only; null when there is none.
    /// A model of another flavour, from before the configuration changed, is none.
    /// </summary>
    /// <param name="lane">The classifier.</param>
    /// <param name="start">The start of that time.</param>
    /// <param name="damaged">Is told what is wrong with those that were passed over.</param>
    public Shelved<ClassifierModel>? Model(Lane lane, GpsTime start, ICollection<string> damaged) =>
        OfFlavor(lane, Models.Newest(lane.Nickname, start, damaged));

    /// <summary>The last model of a classifier, from which training may start; null when there is none of its flavour.</summary>
    public Shelved<ClassifierModel>? LastModel(Lane lane, ICollection<string> damaged) =>
        OfFlavor(lane, Models.Newest(lane.Nickname, damaged));

    /// <summary>
    /// The map by which a classifier judges the time from <paramref name="start"/> on, made of earlier rows only; null when there is none.
    /// A map of ranks that another flavour gave is none.
    /// </summary>
    public Shelved<CalibrationDocument>? Map(Lane lane, GpsTime start, ICollection<string> damaged) =>
        OfFlavor(lane, Maps.Newest(lane.Nickname, start, damaged));

    /// <summary>The last map of a classifier, which calibration continues; null when there is none of ranks of its flavour.</summary>
    public Shelved<CalibrationDocument>? LastMap(Lane lane, ICollection<string> damaged) =>
        OfFlavor(lane, Maps.Newest(lane.Nickname, damaged));

    /// <summary>False for evaluated rows that a model of another flavour ranked, before the configuration changed.</summary>
    public bool IsOfFlavor(Lane lane, Product quiver) =>
        quiver.Parents.Count == 0 || FlavorOf(quiver.Parents[0]) is not { } flavor || flavor == lane.Classifier.Flavor;

    string? FlavorOf(long model) => flavors.GetOrAdd(model, seq =>
        Store.Product(seq) is { Kind: "model" } product ? ProductAttributes.Of<ModelAttributes>(product).Flavor : null);

    // By the model that ranked the newest rows of the map.
    Shelved<CalibrationDocument>? OfFlavor(Lane lane, Shelved<CalibrationDocument>? map)
    {
        bool IsForeign(Product map) =>
            map.Parents.Count > 0 && Store.Product(map.Parents[^1]) is { Kind: "quiver" } newest && !IsOfFlavor(lane, newest);
        return map is null || foreign.GetOrAdd(map.Product.Seq, _ => IsForeign(map.Product)) ? null : map;
    }

    Shelved<ClassifierModel>? OfFlavor(Lane lane, Shelved<ClassifierModel>? model)
    {
        if (model is null || model.Value.Flavor == lane.Classifier.Flavor) return model;
        if (foreign.TryAdd(model.Product.Seq, true))
            LogMessages.OtherFlavor(
                Loggers.CreateLogger("train"), lane.Nickname, model.Product.Seq, model.Value.Flavor, lane.Classifier.Flavor);
        return null;
    }

    /// <summary>The decoded input of a job; jobs with the same discovery options share it.</summary>
    public SharedInput Input(JobSection job)
    {
        lock (inputs)
        {
            if (inputs.TryGetValue(job.Discovery.Key, out var input)) return input;
            return inputs[job.Discovery.Key] = new SharedInput(open(job), Unexpected);
        }
    }

    // A channel that the configuration lists is known from the start, and one that it does not list among others is not wanted. When it
    // lists none, those are used that the source has at the start.
    int Unexpected(IReadOnlyList<string> channels)
    {
        if (Configuration.Features.Channels is not null) return 0;
        LogMessages.LateChannels(Loggers.CreateLogger("input"), string.Join(", ", channels));
        return channels.Count;
    }

    /// <summary>A processor of strides for a job.</summary>
    /// <param name="job">Its section.</param>
    /// <param name="further">Nanoseconds by which data reaches further than rows need, as far as it is there.</param>
    /// <param name="isPatient">False does not wait for the segment database to know a stride.</param>
    public StreamProcessor Processor(JobSection job, long further = 0, bool isPatient = true) =>
        new(
            Input(job), job.Discovery.IgnoreSegdb ? null : GoodTime, Configuration.Padding, IsLive ? Clock : null,
            isPatient ? Configuration.Segments.MaxWait : 0, job.Cadence.Delay, further);

    /// <summary>The samples of a stride.</summary>
    public SampleTimes Samples(StrideData data, double randomRate) =>
        Labels is { } labels
            ? SampleTimes.FromLabels(labels.Times, labels.Labels, data.Segments)
            : SampleTimes.Draw(data.Data, data.Stride.Segment, Configuration.Samples.Definition(randomRate, Configuration.General.Seed));

    /// <summary>The glitches in the data of a stride, its padding included; null when its source does not know them.</summary>
    public long[]? Glitches(StrideData data)
    {
        if (Labels is { } table)
            return [.. table.Times.Zip(table.Labels).Where(l => l.Second != Label.Clean).Select(l => l.First).Order()];
        var definition = Configuration.Samples.Definition(0, Configuration.General.Seed);
        return data.Data.Channels.Find(definition.TargetChannel) < 0 ? null : TargetTimes.Candidates(data.Data, definition);
    }

    /// <summary>The classifiers over the channels of a job's source.</summary>
    public IReadOnlyList<Lane> Lanes(string job, JobSection section)
    {
        var channels = ChannelChoice.Of(Configuration, Input(section).Channels);
        return [.. Configuration.Classifiers.Select(c => new Lane(job, c.Create(channels), c))];
    }

    /// <summary>Makes rows over the channels of a job's source.</summary>
    public QuiverFactory Rows(JobSection section) =>
        new(Configuration.Features.Definition(ChannelChoice.Of(Configuration, Input(section).Channels).Usable), Configuration.Padding);

    /// <summary>Writes an evaluated quiver in every format of the configuration.</summary>
    public StepResult Write(EvaluatedQuiver quiver, ProductOutput output)
    {
        foreach (var writer in QuiverWriters) writer.Write(quiver, output);
        return StepResult.Of(output);
    }

    /// <summary>Writes a series in every format of the configuration.</summary>
    public StepResult Write(PublishedSeries series, ProductOutput output)
    {
        foreach (var writer in SeriesWriters) writer.Write(series, output);
        return StepResult.Of(output);
    }

    /// <summary>Closes the sources.</summary>
    public void Dispose()
    {
        foreach (var input in inputs.Values) input.Dispose();
    }
}
