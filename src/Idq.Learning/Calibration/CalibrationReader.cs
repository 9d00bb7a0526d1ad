namespace Idq.Learning;

/// <summary>Makes a map of a calibration document, or says what is wrong with it.</summary>
static class CalibrationReader
{
    public static (CalibrationMap Map, CalibrationProvenance Provenance, string Hash) Read(ExactJsonReader root)
    {
        if (root.Text("format") is var format && format != CalibrationFile.Format)
            throw root.Malformed("format", $"is {format}, expected {CalibrationFile.Format}");
        if (root.Count("version") is var version && version != CalibrationFile.Version)
            throw root.Malformed(
                "version",
                $"is {version}; this program reads version {CalibrationFile.Version}, whose ranks mean something else: start the "
                    + "analysis anew under another tag, or use the program that wrote it");
        var provenance = new CalibrationProvenance(root.Text("nickname"), root.Segment("span"), root.Segments("segments"),
            root.Texts("parents"), root.Texts("modelHashes"));
        var (rates, options) = (Rates(root), Options(root));
        var rowsAtFit = root.LongCount("rowsAtFit");
        CalibrationMap map = root.Text("kind") switch
        {
            "kde" => new KernelCalibrationMap(
                Kernel(root.Object("glitch"), options), Kernel(root.Object("window"), options), Kernel(root.Object("clean"), options),
                rates, options, rowsAtFit),
            "discrete" => Discrete(root, rates, options, rowsAtFit),
            var kind => throw root.Malformed("kind", $"is {kind}, expected kde or discrete"),
        };
        return (map, provenance, root.Text("hash"));
    }

    static CalibrationRates Rates(ExactJsonReader root)
    {
        var json = root.Object("rates");
        var rates = new CalibrationRates(
            json.Number("glitches"),
            json.Duration("livetime"),
            json.Duration("cleanLivetime"),
            json.Duration("window")
        );
        return Validated(root, "rates", rates.Validated);
    }

    static CalibrationOptions Options(ExactJsonReader root)
    {
        var json = root.Object("options");
        var options = new CalibrationOptions
        {
            NumPoints = json.Count("numPoints"),
            Bandwidth = json.NumberIfPresent("bandwidth"),
            MinBandwidth = json.Number("minBandwidth"),
            MaxBandwidth = json.Number("maxBandwidth"),
            MinLivetime = json.Duration("minLivetime"),
            MinCleanLivetime = json.Duration("minCleanLivetime"),
            PriorGlitches = json.Number("priorGlitches"),
            PriorLivetime = json.Duration("priorLivetime"),
        };
        return Validated(root, "options", options.Validated);
    }

    static ReflectedKernelDensity Kernel(ExactJsonReader json, CalibrationOptions options)
    {
        var moments = new KernelMoments(
            Sums(json, "pdf", options.NumPoints), Sums(json, "pdfSquared", options.NumPoints),
            Sums(json, "cdf", options.NumPoints), Sums(json, "cells", options.NumPoints));
        var rows = json.LongCount("rows");
        if (rows > 0 && !(moments.Cdf[^1] > 0)) throw json.Malformed("cdf", "ends at 0 although there are rows");
        return new(moments, Positive(json, "bandwidth", true), rows,
            Positive(json, "weight", rows > 0), Positive(json, "squaredWeight", rows > 0));
    }

    static DiscreteCalibrationMap Discrete(ExactJsonReader root, CalibrationRates rates, CalibrationOptions options, long rowsAtFit)
    {
        var atoms = Atoms(root);
        return new(
            Discrete(root.Object("glitch"), atoms), Discrete(root.Object("window"), atoms), Discrete(root.Object("clean"), atoms), rates,
            options, rowsAtFit);
    }

    static DiscreteDensity Discrete(ExactJsonReader json, double[] atoms)
    {
        var (weights, squared) = (Sums(json, "weights", atoms.Length), Sums(json, "squaredWeights", atoms.Length));
        for (var r = 0; r < atoms.Length; r++)
        {
            if (weights[r] < 0 || squared[r] < 0 || weights[r] > 0 != squared[r] > 0)
                throw json.Malformed("weights", $"and squaredWeights of the atom {atoms[r]} contradict each other");
        }
        var rows = json.LongCount("rows");
        if (rows > 0 != weights.Any(w => w > 0)) throw json.Malformed("rows", "contradicts the weights");
        return new(atoms, weights, squared, rows);
    }

    static double[] Atoms(ExactJsonReader root)
    {
        var atoms = root.Numbers("atoms");
        for (var r = 0; r < atoms.Length; r++)
        {
            if (!Rank.IsInside(atoms[r]) || (r > 0 && atoms[r] <= atoms[r - 1]))
                throw root.Malformed("atoms", "are not ascending ranks in [0, 1]");
        }
        return atoms;
    }

    static double[] Sums(ExactJsonReader json, string property, int length)
    {
        var sums = json.Numbers(property);
        return sums.Length == length ? sums : throw json.Malformed(property, $"has {sums.Length} numbers, expected {length}");
    }

    static double Positive(ExactJsonReader json, string property, bool strictly)
    {
        var number = json.Number(property);
        return number > 0 || (!strictly && number == 0)
            ? number
            : throw json.Malformed(property, $"is {number}, expected a positive number");
    }

    static T Validated<T>(ExactJsonReader root, string property, Func<T> validate)
    {
        try
        {
            return validate();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw root.Malformed(property, $"has a value out of range: {e.Message}", e);
        }
    }
}
