namespace Idq.Learning.Tests;

/// <summary>Quivers made by hand.</summary>
static class Samples
{
    /// <summary>Glitch and clean times as rows, without features.</summary>
    public static Quiver Of(ClassifierData data, SegmentList segments, IEnumerable<long> glitches, IEnumerable<long> cleans)
    {
        var rows = glitches
            .Select(t => (Time: t, Label: Label.Glitch))
            .Concat(cleans.Select(t => (Time: t, Label: Label.Clean)))
            .OrderBy(r => r.Time)
            .ToArray();
        return new Quiver(
            data,
            segments,
            segments,
            rows.Select(r => r.Time).ToArray(),
            rows.Select(r => r.Label).ToArray(),
            rows.Select(_ => 1.0).ToArray(),
            () => new FeatureMatrix([], rows.Length, [])
        );
    }

    /// <summary>Rows with features, one second apart, without triggers.</summary>
    public static Quiver Of(byte[] labels, double[]? weights, params (string Name, double[] Values)[] features)
    {
        var span = Segment.FromSeconds(1000, 1000 + labels.Length);
        var segments = SegmentList.Of(span);
        var data = new ClassifierData(EventTable.Empty(span, segments, new ChannelDictionary([]), []), segments);
        return new Quiver(data, segments, segments, labels.Select((_, i) => GpsTime.FromSeconds(1000 + i).Nanoseconds).ToArray(), labels,
            weights ?? labels.Select(_ => 1.0).ToArray(),
            () => new FeatureMatrix(features.Select(f => f.Name).ToArray(), labels.Length, features.SelectMany(f => f.Values).ToArray()));
    }

    /// <summary>A model as the bytes of its file.</summary>
    public static byte[] Bytes(ClassifierModel model, string nickname = "test", params string[] parents)
    {
        using var stream = new MemoryStream();
        ModelFile.Write(stream, model, nickname, parents);
        return stream.ToArray();
    }

    /// <summary>The ranks of a quiver.</summary>
    public static double[] Ranks(this SupervisedClassifier classifier, ClassifierModel model, Quiver quiver)
    {
        var ranks = new double[quiver.Count];
        classifier.Evaluate(model, quiver, ranks);
        return ranks;
    }
}
