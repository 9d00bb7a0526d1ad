using Idq.Data;

namespace Idq.Benchmarks.Replay;

/// <summary>Many channels at 16 triggers a second on disk, and a configuration that replays them.</summary>
static class DenseRun
{
    public const long Start = 1_262_304_000;

    const int SecondsPerFile = 64;
    const int Witnesses = 10;

    /// <summary>Writes Parquet files of a minute each and an INI file; gives the path of the INI file and the number of triggers.</summary>
    public static async Task<(string Ini, long Triggers)> WriteAsync(Laboratory lab, int channels, int seconds, params string[] classifiers)
    {
        var folder = Directory.CreateDirectory(lab.PathOf($"replay-{channels}")).FullName;
        var simulation = Path.Combine(folder, "channels.ini");
        await File.WriteAllTextAsync(simulation, Simulation(channels), lab.Cancellation);
        var events = Directory.CreateDirectory(Path.Combine(folder, "events")).FullName;
        long triggers = 0;
        using (var source = new MockSource(simulation, 1))
        {
            for (var at = 0; at < seconds; at += SecondsPerFile)
            {
                var length = Math.Min(SecondsPerFile, seconds - at);
                var table = await source.ReadAsync(Segment.FromSeconds(Start + at, Start + at + length), lab.Cancellation);
                var path = Path.Combine(events, $"H1-DENSE-{Start + at}-{length}.parquet");
                TableArchiveFile.Write(table, path, cancellationToken: lab.Cancellation);
                triggers += table.Count;
            }
        }
        var ini = Path.Combine(folder, "replay.ini");
        await File.WriteAllTextAsync(ini, Configuration(classifiers), lab.Cancellation);
        return (ini, triggers);
    }

    static string Simulation(int channels) =>
        $"""
        [stream scattering]
        rate = 0.05
        frequency distribution = loguniform 16 64
        snr distribution = pareto 2.5 0 9
        witnesses =
            H1:TARGET
        {string.Join(
            '\n',
            Enumerable.Range(0, Witnesses).Select(w =>
                $"    H1:AUX_{w * (channels / Witnesses):D4} efficiency=0.7 jitter_time=0.01 jitter_frequency=0.1 jitter_snr=0.1"
            )
        )}

        [channel H1:TARGET]
        rate = 0.1
        frequency distribution = loguniform 16 2048
        snr distribution = expon 5 0.4

        [channels H1:AUX_D4BRACE]
        count = {channels}
        rate = 16
        frequency distribution = loguniform 16 2048
        snr distribution = pareto 3 0 5
        """.Replace("D4BRACE", "{0:D4}", StringComparison.Ordinal);

    // The memory of training is as long as the time between two trainings: every trigger is trained on once.
    static string Configuration(params string[] classifiers) => $"""
        [general]
        tag = dense
        instrument = H1
        rootdir = products
        classifiers = {string.Join(' ', classifiers)}
        seed = 1

        [samples]
        target_channel = H1:TARGET
        target_bounds = snr 8 inf
        dirty_bounds = snr 5.5 inf
        dirty_window = 0.1

        [features]
        significance = snr
        window = 0.1
        columns = snr
        transforms = snr:log

        [train]
        random_rate = 0.5

        [train data discovery]
        flavor = TableClassifierData
        files = events
        columns = snr

        [train stream]
        stride = 64
        min_new_samples = 100
        max_stride = 192

        [evaluate]
        random_rate = 0.5

        [evaluate stream]
        stride = 8

        [calibrate]
        min_new_samples = 100

        [timeseries]
        srate = 128

        [timeseries stream]
        stride = 8

        {string.Join('\n', classifiers.Select(c => c == "ovl" ? Ovl : $"[{c}]\nflavor = {c}"))}
        """;

    const string Ovl = """
        [ovl]
        flavor = OVL
        significance = snr
        thresholds = 6 8 10 15 25
        windows = 0.025 0.05 0.1
        """;
}
