using Idq.Streaming.Tests.Toys.Classifier;
using Idq.Streaming.Tests.Toys.Source;
using Idq.Streaming.Tests.Toys.Writer;

namespace Idq.Streaming.Tests.Toys;

/// <summary>The catalogue of the program with the toys: all that somebody writes who adds a folder to the program.</summary>
static class ToyCatalogue
{
    public static Catalogue Of(ToyLog log, ToyPost post) => Catalogue.BuiltIn with
    {
        Classifiers = Catalogue.BuiltIn.Classifiers.With(new RecallFlavor()),
        Sources = Catalogue.BuiltIn.Sources.With(new ToyLogFlavor(log)),
        Writers = Catalogue.BuiltIn.Writers.With(ToyQuiverWriter.Flavor).With(ToySeriesWriter.Flavor(post)),
    };
}
