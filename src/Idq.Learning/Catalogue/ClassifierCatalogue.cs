using System.Text.Json;

namespace Idq.Learning;

/// <summary>The kinds of classifiers that a program knows.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ClassifierCatalogue
{
    /// <summary>A catalogue of some kinds.</summary>
    /// <exception cref="ArgumentException">Two of them have the same name or the same name in models, in whatever case.</exception>
    public ClassifierCatalogue(IEnumerable<ClassifierFlavor> flavors)
    {
        Flavors = [.. flavors];
        RequireDistinct(Flavors.Select(f => f.Name));
        RequireDistinct(Flavors.Select(f => f.ModelName));
    }

    /// <summary>The kinds that come with this library.</summary>
    public static ClassifierCatalogue BuiltIn { get; } = new(
    [
        new OvlFlavor(),
        new LinearFlavor(),
        new RandomFlavor(),
    ]);

    /// <summary>The kinds, in the order in which they were given.</summary>
    public IReadOnlyList<ClassifierFlavor> Flavors { get; }

    /// <summary>This catalogue and one more kind.</summary>
    /// <exception cref="ArgumentException">A kind has the same name already.</exception>
    public ClassifierCatalogue With(ClassifierFlavor flavor) => new(Flavors.Append(flavor));

    /// <summary>The kind of a name in the configuration, without regard to case; null when there is none.</summary>
    public ClassifierFlavor? Find(string name) => Flavors.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a model of the kind that a model file names.</summary>
    /// <exception cref="DataException">The kind is unknown, or the body is not one of it.</exception>
    public ClassifierModel ReadModel(string modelName, ModelOrigin origin, JsonElement body)
    {
        var flavor = Flavors.FirstOrDefault(f => f.ModelName == modelName)
            ?? throw new DataException(
                $"the model: its flavor \"{modelName}\" is unknown; known are {string.Join(", ", Flavors.Select(f => f.ModelName))}"
            );
        return flavor.ReadModel(origin, body);
    }

    static void RequireDistinct(IEnumerable<string> names)
    {
        if (names.CountBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(n => n.Value > 1) is { Key: { } name })
            throw new ArgumentException($"more than one classifier flavor is called '{name}'");
    }
}
