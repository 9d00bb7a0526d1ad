namespace Idq.Streaming;

/// <summary>The sections of one job that reads events: [job], [job data discovery], [job stream], [job reporting].</summary>
public sealed class JobSection
{
    internal JobSection(string job, Func<string, string, string?, SectionReader> open)
    {
        Name = job;
        var general = open(job, $"the {job} job", null);
        general.Word("workflow", "block", "how the job runs; block: inside the calling process");
        LogLevel = general.Integer("log_level", "20", "10 debug, 20 information, 30 warnings, 40 errors", 0, 50);
        RandomRate = job == "timeseries" ? 0 : general.Number("random_rate", "0.1", "Hz", "clean times per second of clean livetime", 0);
        SampleRate = job == "timeseries" ? general.Number("srate", "128", "Hz", "samples per second of the series", 0.001, 1e6) : 0;
        Discovery = new(open($"{job} data discovery", $"where {job} finds triggers", job == "train" ? null : "train data discovery"));
        Cadence = new(open($"{job} stream", $"the cadence of {job}", null), job == "train" ? "64" : "8", job == "train", job == "evaluate");
        open($"{job} reporting", $"how {job} writes its products", null).Word("flavor", job switch
        {
            "train" => "JsonReporter",
            "evaluate" => "QuiverReporter",
            _ => "ParquetSeriesReporter",
        }, "the format of the products");
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
}
