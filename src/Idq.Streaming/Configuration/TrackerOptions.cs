namespace Idq.Streaming;

/// <summary>[tracker]: where the ledger, runs and metrics are kept.</summary>
public sealed class TrackerOptions
{
    internal TrackerOptions(SectionReader s, GeneralOptions general)
    {
        var store = s.OptionalText("store", "the tracker store as sqlite:FILE; default: TAG.sqlite in rootdir, beside the products", "sqlite:FILE");
        if (store is not null && store.Contains("://", StringComparison.Ordinal))
            s.Problem("store", $"'{store}' is no store that this version can open", "write sqlite:FILE");
        Store = store is null
            ? Path.Combine(general.RootDir, general.Tag + ".sqlite")
            : Path.GetFullPath(store.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase) ? store["sqlite:".Length..] : store, s.Folder);
        Experiment = s.Text("experiment", general.Tag, "the experiment that runs belong to");
    }

    /// <summary>Absolute path of the SQLite file.</summary>
    public string Store { get; }

    /// <summary>The experiment that runs belong to.</summary>
    public string Experiment { get; }
}
