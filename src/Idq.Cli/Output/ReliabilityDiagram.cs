using System.Globalization;
using System.Net;
using System.Text;
using Idq.Learning;

namespace Idq.Cli;

/// <summary>The reliability diagram of PGLITCH: the share of windows that held a glitch against the share that was promised.</summary>
static class ReliabilityDiagram
{
    const double Size = 480;
    const double Margin = 60;
    const double Decades = 4;
    static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#17becf"];

    /// <summary>
    /// An SVG document with logarithmic axes from 10⁻⁴ to 1, a point for each bin of each classifier, and bars of three standard errors.
    /// </summary>
    public static string Svg(IReadOnlyList<(string Nickname, CalibrationReliability Reliability)> classifiers)
    {
        var svg = new StringBuilder();
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Size}\" height=\"{Size}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line($"<rect width=\"{Size}\" height=\"{Size}\" fill=\"white\"/>");
        for (var decade = -Decades; decade <= 0; decade++)
        {
            var (x, y) = (X(Math.Pow(10, decade)), Y(Math.Pow(10, decade)));
            Line($"<path d=\"M{x:F1} {Y(1):F1}V{Y(0):F1}M{X(0):F1} {y:F1}H{X(1):F1}\" stroke=\"#ddd\"/>");
            var text = decade == 0 ? "1" : $"10<tspan dy=\"-5\" font-size=\"9\">{decade}</tspan>";
            Line($"<text x=\"{x:F1}\" y=\"{Y(0) + 18:F1}\" text-anchor=\"middle\">{text}</text>");
            Line($"<text x=\"{X(0) - 8:F1}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{text}</text>");
        }
        Line($"<path d=\"M{X(0):F1} {Y(0):F1}L{X(1):F1} {Y(1):F1}\" stroke=\"black\" stroke-dasharray=\"4 4\"/>");
        Line($"<text x=\"{Size / 2:F1}\" y=\"{Size - 15:F1}\" text-anchor=\"middle\">mean PGLITCH</text>");
        Line($"<text transform=\"translate(15 {Size / 2:F1}) rotate(-90)\" text-anchor=\"middle\">windows that held a glitch</text>");
        foreach (var (i, (nickname, reliability)) in classifiers.Index())
        {
            var colour = Colours[i % Colours.Length];
            foreach (var bin in reliability.PGlitch)
            {
                var (stated, held, error) = (bin.Stated / bin.Windows, bin.Held / bin.Windows, 3 * bin.StandardError / bin.Windows);
                Line($"<path d=\"M{X(stated):F1} {Y(held - error):F1}V{Y(held + error):F1}\" stroke=\"{colour}\"/>");
                Line($"<circle cx=\"{X(stated):F1}\" cy=\"{Y(held):F1}\" r=\"4\" fill=\"{colour}\"/>");
            }
            Line($"<circle cx=\"{X(0) + 15:F1}\" cy=\"{Y(1) + 15 + 18 * i:F1}\" r=\"4\" fill=\"{colour}\"/>");
            Line($"<text x=\"{X(0) + 25:F1}\" y=\"{Y(1) + 19 + 18 * i:F1}\">{WebUtility.HtmlEncode(nickname)}</text>");
        }
        Line($"</svg>");
        return svg.ToString();

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    static double X(double share) => Margin + (Size - 2 * Margin) * Place(share);

    static double Y(double share) => Size - Margin - (Size - 2 * Margin) * Place(share);

    // What is below the axis stands at its end.
    static double Place(double share) => Math.Clamp(1 + Math.Log10(Math.Max(share, 1e-9)) / Decades, 0, 1);
}
