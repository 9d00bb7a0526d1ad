using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Idq.House.Tests.Architecture;

/// <summary>A room as its sources have it: parsed and bound here, so that nothing of it needs to be built, or to build at all.</summary>
sealed class Room
{
    readonly XDocument project;
    readonly Lazy<CSharpCompilation> compilation;
    readonly Lazy<IReadOnlyList<Mention>> mentions;

    Room(string folder)
    {
        Name = Path.GetFileName(folder);
        project = XDocument.Load(Path.Combine(folder, Name + ".csproj"));
        compilation = new(() => Compile(folder));
        mentions = new(() => MentionFinder.In(Compilation));
    }

    /// <summary>Every room below <c>src</c>, by name.</summary>
    public static IReadOnlyDictionary<string, Room> All { get; } =
        Directory.EnumerateDirectories(Repository.Path("src"))
            .Where(folder => File.Exists(Path.Combine(folder, Path.GetFileName(folder) + ".csproj")))
            .Select(folder => new Room(folder))
            .ToDictionary(room => room.Name);

    public string Name { get; }

    /// <summary>The rooms that the project file refers to.</summary>
    public IReadOnlyList<string> References => [.. Included("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))];

    /// <summary>The sources; their paths are relative to <c>src</c>, with the room first.</summary>
    public CSharpCompilation Compilation => compilation.Value;

    /// <summary>Every mention of a type of this room or of another one that is declared in another folder.</summary>
    public IReadOnlyList<Mention> Mentions => mentions.Value;

    public override string ToString() => Name;

    IEnumerable<string> Included(string item) => project.Descendants(item).Select(element => element.Attribute("Include")!.Value);

    CSharpCompilation Compile(string folder)
    {
        var source = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(Repository.Path("src"), file), File.ReadAllText(file)));
        return Sources.Compile(Name, source, [.. Reachable().Select(room => room.Compilation)], Included("Using"));
    }

    /// <summary>The rooms that the compiler would see: a reference of a reference counts.</summary>
    IEnumerable<Room> Reachable() =>
        References.Select(name => All[name]).SelectMany(room => room.Reachable().Prepend(room)).DistinctBy(room => room.Name);
}
