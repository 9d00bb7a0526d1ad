namespace Idq.Core.Tests.Features;

/// <summary>The definition of a feature, event by event: what the vectoriser must agree with.</summary>
static class NaiveVectorizer
{
    /// <summary>The index of the trigger that stands for the channel at a time, or null.</summary>
    public static int? Select(FeatureDefinition definition, EventRun run, int significance, long time)
    {
        var inWindow = Enumerable.Range(0, run.Count)
            .Where(i => Math.Abs(run.Times[i] - time) <= definition.Window && !double.IsNaN(run.Column(significance)[i])).ToArray();
        double Loudness(int i) => run.Column(significance)[i];
        long Distance(int i) => Math.Abs(run.Times[i] - time);
        var order =
            definition.Selection == Selection.Loudest
                ? inWindow.OrderByDescending(Loudness).ThenBy(Distance).ThenBy(i => i)
                : inWindow
                    .OrderBy(i => (double)inWindow.Count(k => Loudness(k) >= Loudness(i)) * Distance(i))
                    .ThenByDescending(Loudness)
                    .ThenBy(i => i);
        return order.Cast<int?>().FirstOrDefault();
    }

    public static double Value(FeatureDefinition definition, ClassifierData data, int feature, long time)
    {
        var column = definition.Columns[feature];
        var channel = data.Channels.Find(column.Channel);
        if (channel < 0) return column.Missing;
        var run = data.Triggers(channel);
        if (Select(definition, run, data.FindColumn(definition.Significance), time) is not { } i) return column.Missing;
        var raw = column.Column == FeatureColumn.DeltaTime ? (run.Times[i] - time) / 1e9 : run.Column(data.FindColumn(column.Column))[i];
        var value = column.Transform switch
        {
            ColumnTransform.Log10 => raw > 0 ? Math.Log10(raw) : double.NaN,
            ColumnTransform.Log => raw > 0 ? Math.Log(raw) : double.NaN,
            ColumnTransform.Sqrt => Math.Sqrt(raw),
            ColumnTransform.Abs => Math.Abs(raw),
            _ => raw,
        };
        return double.IsNaN(value) ? column.Missing : value;
    }

    public static void AssertEqual(FeatureDefinition definition, ClassifierData data, long[] times, FeatureMatrix matrix)
    {
        Assert.Equal(definition.Columns.Select(c => c.Name), matrix.Names);
        Assert.Equal(times.Length, matrix.Rows);
        for (var f = 0; f < definition.Columns.Count; f++)
            for (var r = 0; r < times.Length; r++)
                Assert.True(Value(definition, data, f, times[r]).Equals(matrix[r, f]),
                    $"{definition.Columns[f]} at {times[r]}: expected {Value(definition, data, f, times[r])}, got {matrix[r, f]}");
        for (var c = 0; c < matrix.Channels.Count; c++)
        {
            var channel = data.Channels.Find(matrix.Channels[c]);
            for (var r = 0; r < times.Length; r++)
            {
                var expected =
                    channel >= 0
                    && Select(definition, data.Triggers(channel), data.FindColumn(definition.Significance), times[r]) is not null;
                Assert.Equal(expected ? 1 : 0, matrix.Present(c)[r]);
            }
        }
    }
}
