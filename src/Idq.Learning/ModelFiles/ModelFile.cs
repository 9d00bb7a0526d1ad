using System.Text.Json;

namespace Idq.Learning;

/// <summary>A model as it is kept on disk: one JSON document, versioned, that names what it was made of.</summary>
/// <remarks>
/// <c>format</c> ("stream-model"), <c>version</c> (1), <c>flavor</c>, <c>nickname</c>, <c>span</c>, <c>segments</c>, <c>glitches</c>,
/// <c>cleans</c>, <c>parents</c>, <c>hash</c> and the flavour's <c>body</c>. GPS times are exact decimal numbers; doubles read back as they
/// were, infinities and NaN being texts. The same model, nickname and parents give the same bytes. Nothing that is read can execute.
/// </remarks>
/// <param name="Model">The model.</param>
/// <param name="Nickname">The classifier that it belongs to.</param>
/// <param name="Parents">The products that it was made of.</param>
public sealed record ModelFile(ClassifierModel Model, string Nickname, IReadOnlyList<string> Parents)
{
    /// <summary>What the property <c>format</c> says.</summary>
    public const string Format = "stream-model";

    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int Version = 1;

    /// <summary>Writes a model.</summary>
    public static void Write(Stream stream, ClassifierModel model, string nickname, IReadOnlyList<string> parents)
    {
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteNumber("version", Version);
            writer.WriteString("flavor", model.Flavor);
            writer.WriteString("nickname", nickname);
            model.Origin.Write(writer);
            writer.WriteTexts("parents", parents);
            writer.WriteString("hash", model.Hash);
            writer.WritePropertyName("body");
            model.WriteBody(writer);
            writer.WriteEndObject();
        }
        stream.Write("\n"u8);
    }

    /// <summary>Writes a model to a file of its own.</summary>
    public static void Save(string path, ClassifierModel model, string nickname, IReadOnlyList<string> parents)
    {
        using var file = File.Create(path);
        Write(file, model, nickname, parents);
    }

    /// <summary>Reads a model from a file; problems name the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalogue">The kinds of models that are known; null for the built-in ones.</param>
    /// <exception cref="DataException">It is no model of this format and version, or was changed after it was written.</exception>
    public static ModelFile Load(string path, ClassifierCatalogue? catalogue = null)
    {
        try
        {
            return Read(File.ReadAllBytes(path), catalogue);
        }
        catch (DataException e)
        {
            throw new DataException($"'{path}': {e.Message}", cause: e);
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The document, to the end.</param>
    /// <param name="catalogue">The kinds of models that are known; null for the built-in ones.</param>
    /// <exception cref="DataException">It is no model of this format and version, or was changed after it was written.</exception>
    public static ModelFile Read(Stream stream, ClassifierCatalogue? catalogue = null) => Read(ExactJsonReader.Bytes(stream), catalogue);

    /// <summary>Reads a model.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="catalogue">The kinds of models that are known; null for the built-in ones.</param>
    /// <exception cref="DataException">It is no model of this format and version, or was changed after it was written.</exception>
    public static ModelFile Read(ReadOnlyMemory<byte> utf8, ClassifierCatalogue? catalogue = null) =>
        ExactJsonReader.Read(utf8, "the model", json => Read(json, catalogue ?? ClassifierCatalogue.BuiltIn));

    static ModelFile Read(ExactJsonReader json, ClassifierCatalogue catalogue)
    {
        if (json.Text("format") is var format && format != Format)
            throw json.Malformed("format", $"is \"{format}\", expected \"{Format}\"");
        if (json.Count("version") is var version && version != Version)
            throw json.Malformed(
                "version",
                $"is {version}, this program reads version {Version}; train again or use the program that wrote it"
            );
        var model = catalogue.ReadModel(json.Text("flavor"), ModelOrigin.Read(json), json.Element("body"));
        if (json.Text("hash") is var hash && hash != model.Hash)
            throw json.Malformed("hash", $"is {hash}, but the content has {model.Hash}: the model was changed after it was written");
        return new(model, json.Text("nickname"), json.Texts("parents"));
    }
}
