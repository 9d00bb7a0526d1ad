namespace Idq.Streaming;

/// <summary>The sections of one job that reads events: [job], [job data discovery], [job stream], [job reporting].</summary>
public sealed class JobSection
{
    internal JobSection(string job, Func<string, string, string?, SectionReader> open, Catalogue catalogue, long logLevel = 20)
    {
        Name = job;
        var general = open(job, $"the {job} job", null);
        general.Only("workflow", "block", "how the job runs; block: inside the calling process");
        LogLevel = general.Integer(
            "log_level", $"{logLevel}",
            $"10 debug, 20 information, 30 warnings, 40 errors{(job == "train" ? "" : "; default: as for train")}", 0, 50);
        RandomRate =
            job == "timeseries" ? 0 : general.Number("random_rate", "0.1", "Hz", "clean times per second of clean livetime", 0, 1e4);
        SampleRate = job == "timeseries" ? general.Number("srate", "128", "Hz", "samples per second of the series", 0.001, 1e6) : 0;
        var fallback = job == "train" ? null : "train data discovery";
        Discovery = new(open($"{job} data discovery", $"where {job} finds triggers", fallback), catalogue.Sources);
        Cadence = new(open($"{job} stream", $"the cadence of {job}", null), job == "train" ? "64" : "8", job == "train", job == "evaluate");
        var reporting = open($"{job} reporting", $"how {job} writes its products", null);
        switch (job)
        {
            case "evaluate":
                var quivers = Chosen(reporting, catalogue.Writers.Quivers);
                // Calibration and summaries read the quivers back.
                if (!quivers.Contains(catalogue.Writers.Quivers[0]))
                    reporting.Problem("flavor", "no quiver could be read back", $"name {catalogue.Writers.Quivers[0].Names[0]} too");
                OutboxLimit = Limit(reporting);
                QuiverWriters = [.. quivers.Select(f => f.Read(reporting))];
                break;
            case "timeseries":
                OutboxLimit = Limit(reporting);
                SeriesWriters = [.. Chosen(reporting, catalogue.Writers.Series).Select(f => f.Read(reporting))];
                break;
            default:
                reporting.Only("flavor", "JsonReporter", "the format of the products");
                break;
        }
    }

    /// <summary>train, evaluate or timeseries.</summary>
    public string Name { get; }

    /// <summary>Least severity of log lines, on the scale of the field's older tools.</summary>
    public long LogLevel { get; }

    /// <summary>Clean times in Hz.</summary>
    public double RandomRate { get; }

    /// <summary>Samples per second of the series.</summary>
    public double SampleRate { get; }

    /// <summary>Where triggers come from.</summary>
    public DiscoveryOptions Discovery { get; }

    /// <summary>Strides, delays and memory.</summary>
    public CadenceSection Cadence { get; }

    /// <summary>Messages that may wait for a destination that does not take them; evaluate and timeseries only.</summary>
    public long OutboxLimit { get; }

    /// <summary>Open the writers of quivers, in the order of the configuration; evaluate only.</summary>
    public IReadOnlyList<Func<IQuiverWriter>> QuiverWriters { get; } = [];

    /// <summary>Open the writers of series, in the order of the configuration; timeseries only.</summary>
    public IReadOnlyList<Func<ISeriesWriter>> SeriesWriters { get; } = [];

    static long Limit(SectionReader reporting) => reporting.Integer(
        "outbox_limit", "100000", "messages that wait for a destination that does not take them; the oldest beyond are given up", 1);

    static WriterFlavor<T>[] Chosen<T>(SectionReader reporting, IReadOnlyList<WriterFlavor<T>> flavors)
    {
        var words = flavors.SelectMany(f => f.Names.Select(name => (name, f)));
        var meaning = "the formats of the products: " + string.Join("; ", flavors.Select(f => $"{f.Names[0]}: {f.Meaning}"));
        return [.. reporting.Choices("flavor", flavors[0].Names[0], meaning, [.. words]).Distinct()];
    }
}
