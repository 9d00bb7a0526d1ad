using System.Text.Json;

namespace Idq.Learning;

/// <summary>The body of a calibration document, in its one order.</summary>
static class CalibrationWriter
{
    public static void Write(Utf8JsonWriter writer, CalibrationMap map, CalibrationProvenance provenance)
    {
        writer.WriteStartObject();
        writer.WriteString("format", CalibrationFile.Format);
        writer.WriteNumber("version", CalibrationFile.Version);
        writer.WriteString("kind", map.Kind == CalibrationKind.Discrete ? "discrete" : "kde");
        Write(writer, provenance);
        Write(writer, map.Rates);
        Write(writer, map.Options);
        writer.WriteNumber("rowsAtFit", map.SamplesAtFit);
        switch (map)
        {
            case KernelCalibrationMap kernel:
                Write(writer, "glitch", kernel.Glitch);
                Write(writer, "window", kernel.Window);
                Write(writer, "clean", kernel.Clean);
                break;
            case DiscreteCalibrationMap discrete:
                writer.WriteNumbers("atoms", discrete.Clean.Atoms);
                Write(writer, "glitch", discrete.Glitch);
                Write(writer, "window", discrete.Window);
                Write(writer, "clean", discrete.Clean);
                break;
        }
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, CalibrationProvenance provenance)
    {
        writer.WriteString("nickname", provenance.Nickname);
        writer.WriteSegment("span", provenance.Span);
        writer.WriteSegments("segments", provenance.Segments);
        writer.WriteTexts("parents", provenance.Parents);
        writer.WriteTexts("modelHashes", provenance.ModelHashes);
    }

    static void Write(Utf8JsonWriter writer, CalibrationRates rates)
    {
        writer.WriteStartObject("rates");
        writer.WriteNumber("glitches", rates.Glitches);
        writer.WriteDuration("livetime", rates.Livetime);
        writer.WriteDuration("cleanLivetime", rates.CleanLivetime);
        writer.WriteDuration("window", rates.Window);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, CalibrationOptions options)
    {
        writer.WriteStartObject("options");
        writer.WriteNumber("numPoints", options.NumPoints);
        if (options.Bandwidth is { } bandwidth) writer.WriteNumber("bandwidth", bandwidth);
        writer.WriteNumber("minBandwidth", options.MinBandwidth);
        writer.WriteNumber("maxBandwidth", options.MaxBandwidth);
        writer.WriteDuration("minLivetime", options.MinLivetime);
        writer.WriteDuration("minCleanLivetime", options.MinCleanLivetime);
        writer.WriteNumber("priorGlitches", options.PriorGlitches);
        writer.WriteDuration("priorLivetime", options.PriorLivetime);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, string name, ReflectedKernelDensity density)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("rows", density.Count);
        writer.WriteNumber("weight", density.TotalWeight);
        writer.WriteNumber("squaredWeight", density.TotalSquaredWeight);
        writer.WriteNumber("bandwidth", density.Bandwidth);
        writer.WriteNumbers("pdf", density.Moments.Pdf);
        writer.WriteNumbers("pdfSquared", density.Moments.PdfSquared);
        writer.WriteNumbers("cdf", density.Moments.Cdf);
        writer.WriteNumbers("cells", density.Moments.Cells);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, string name, DiscreteDensity density)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("rows", density.Count);
        writer.WriteNumbers("weights", density.Weights);
        writer.WriteNumbers("squaredWeights", density.SquaredWeights);
        writer.WriteEndObject();
    }
}
