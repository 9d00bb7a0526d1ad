using System.Globalization;

namespace Idq.Learning;

/// <summary>Prints a list in the columns, widths and precision of the original OVL's <c>vetolist.eval</c>.</summary>
/// <remarks>
/// <c>bin</c> is always 0. The last column is the metric that the same configuration had in the last training run: it is what the list
/// is sorted by. Columns starting with c_ are sums down to the line. Lengths are the <see cref="ClassicFigures"/> where the model has
/// them, and exact otherwise.
/// </remarks>
static class Vetolist
{
    public static void Write(OvlModel model, TextWriter writer)
    {
        writer.Write(
            "#   livetime  #gwtrg  bin vchan                                    vthr    vwin        dsec  #auxtrg   vexp  vact     vsig"
                + "      useP       eff        dt    eff/dt  c_vact       c_dsec  c_auxtrg  "
        );
        writer.Write(model.Metric.VetolistName() + "_exp\n");
        long vetoed = 0, triggers = 0;
        var deadtime = 0m;
        foreach (var row in model.Rows)
        {
            var ((channel, threshold, window), counts) = (row.Configuration, row.Counts);
            var classic = row.Classic ?? new(Seconds(counts.Livetime), Seconds(counts.Deadtime), row.ExpectedMetric);
            vetoed += counts.Vetoed;
            triggers += counts.Triggers;
            // The original program added up the rounded figures that it had printed.
            var printed = decimal.Parse(classic.Deadtime.ToString("F3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            deadtime += printed;
            var expected = classic.Deadtime * counts.Glitches / classic.Livetime;
            var fraction = classic.Deadtime / classic.Livetime;
            var significance = PoissonSignificance.Of(counts.Vetoed, expected);
            var effByDt = fraction == 0 ? 0 : counts.Efficiency / fraction;
            writer.Write(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{classic.Livetime,12:F3} {counts.Glitches,7} {0,4} {channel,-40} {threshold,4} {Seconds(window),7:F3} "
                        + $"{printed,11:F3} {counts.Triggers,8} {expected,6:F2} {counts.Vetoed,5} {significance,8:F2} "
                        + $"{counts.UsePercentage,9:F6} {counts.Efficiency,9:F5} {fraction,9:F5} {effByDt,9:F4} "
                        + $"{vetoed,7} {deadtime,12:F3} {triggers,9} {classic.ExpectedMetric,11:F4}\n"
                )
            );
        }
    }

    static double Seconds(long nanoseconds) => (double)nanoseconds / GpsTime.NanosecondsPerSecond;
}
