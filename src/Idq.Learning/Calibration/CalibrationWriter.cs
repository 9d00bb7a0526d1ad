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
                Write(writer, "clean", kernel.Clean);
                break;
            case DiscreteCalibrationMap discrete:
                Numbers(writer, "atoms", discrete.Clean.Atoms);
                Write(writer, "glitch", discrete.Glitch);
                Write(writer, "clean", discrete.Clean);
                break;
        }
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, CalibrationProvenance provenance)
    {
        writer.WriteString("nickname", provenance.Nickname);
        writer.WritePropertyName("span");
        Write(writer, provenance.Span);
        writer.WriteStartArray("segments");
        foreach (var segment in provenance.Segments) Write(writer, segment);
        writer.WriteEndArray();
        Texts(writer, "parents", provenance.Parents);
        Texts(writer, "modelHashes", provenance.ModelHashes);
    }

    static void Write(Utf8JsonWriter writer, CalibrationRates rates)
    {
        writer.WriteStartObject("rates");
        writer.WriteNumber("glitches", rates.Glitches);
        Duration(writer, "livetime", rates.Livetime);
        Duration(writer, "cleanLivetime", rates.CleanLivetime);
        Duration(writer, "window", rates.Window);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, CalibrationOptions options)
    {
        writer.WriteStartObject("options");
        writer.WriteNumber("numPoints", options.NumPoints);
        if (options.Bandwidth is { } bandwidth) writer.WriteNumber("bandwidth", bandwidth);
        writer.WriteNumber("minBandwidth", options.MinBandwidth);
        writer.WriteNumber("maxBandwidth", options.MaxBandwidth);
        Duration(writer, "minLivetime", options.MinLivetime);
        Duration(writer, "minCleanLivetime", options.MinCleanLivetime);
        writer.WriteNumber("priorGlitches", options.PriorGlitches);
        Duration(writer, "priorLivetime", options.PriorLivetime);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, string name, ReflectedKernelDensity density)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("rows", density.Count);
        writer.WriteNumber("weight", density.TotalWeight);
        writer.WriteNumber("squaredWeight", density.TotalSquaredWeight);
        writer.WriteNumber("bandwidth", density.Bandwidth);
        Numbers(writer, "pdf", density.Moments.Pdf);
        Numbers(writer, "pdfSquared", density.Moments.PdfSquared);
        Numbers(writer, "cdf", density.Moments.Cdf);
        Numbers(writer, "cdfSquared", density.Moments.CdfSquared);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, string name, DiscreteDensity density)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("rows", density.Count);
        Numbers(writer, "weights", density.Weights);
        Numbers(writer, "squaredWeights", density.SquaredWeights);
        writer.WriteEndObject();
    }

    static void Write(Utf8JsonWriter writer, Segment segment)
    {
        writer.WriteStartArray();
        Time(writer, segment.Start);
        Time(writer, segment.End);
        writer.WriteEndArray();
    }

    static void Time(Utf8JsonWriter writer, GpsTime time)
    {
        if (time.IsFinite) writer.WriteRawValue(GpsSeconds.Format(time));
        else writer.WriteStringValue(GpsSeconds.Format(time));
    }

    static void Duration(Utf8JsonWriter writer, string name, long nanoseconds)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(GpsSeconds.Format(nanoseconds));
    }

    static void Numbers(Utf8JsonWriter writer, string name, double[] values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
