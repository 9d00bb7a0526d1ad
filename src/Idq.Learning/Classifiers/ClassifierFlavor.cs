using System.Text.Json;

namespace Idq.Learning;

/// <summary>A kind of classifier: its options, and the reader of its models.</summary>
/// <remarks>A new kind is a folder with such a class, and one line in <see cref="ClassifierCatalogue.BuiltIn"/>.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public abstract class ClassifierFlavor
{
    /// <summary>The word that <c>flavor</c> has in a classifier's section, for example "OVL".</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The word that <c>flavor</c> has in a model file, for example "ovl"; equal to <see cref="ClassifierModel.Flavor"/> of its models.
    /// </summary>
    public abstract string ModelName { get; }

    /// <summary>
    /// Reads, and by that declares, the options of a classifier of this kind. Bad values are reported to the reader and never thrown.
    /// </summary>
    /// <param name="nickname">The name of the classifier.</param>
    /// <param name="options">Its section.</param>
    public abstract ClassifierDefinition Read(string nickname, IOptionReader options);

    /// <summary>Reads a model of this kind.</summary>
    /// <param name="origin">From what it was learned.</param>
    /// <param name="body">What <see cref="ClassifierModel.WriteBody"/> wrote.</param>
    /// <exception cref="DataException">The body is not one of this kind; the message names the property.</exception>
    public abstract ClassifierModel ReadModel(ModelOrigin origin, JsonElement body);
}
