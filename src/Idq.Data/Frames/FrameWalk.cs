namespace Idq.Data.Frames;

/// <summary>Goes through the structures of a file one after the other and learns its classes on the way.</summary>
/// <param name="source">The file.</param>
/// <param name="tell">Is told of a definition that is damaged, which is then taken as it stands; null ends the walk with it.</param>
sealed class FrameWalk(FrameSource source, Action<DataException>? tell = null)
{
    readonly Dictionary<int, FrameClass> classes = [];
    FrameClass? open;
    long openFields;

    /// <summary>The classes that the file defined so far, by their numbers.</summary>
    public IReadOnlyDictionary<int, FrameClass> Classes => classes;

    /// <summary>All structures but those of the dictionary, with their classes, to the end of the file.</summary>
    /// <exception cref="DataException">A structure cannot be, or its class was not defined before it.</exception>
    public IEnumerable<(StructureHead Head, FrameClass Class)> Structures()
    {
        for (long at = FrameSource.HeaderSize; at < source.Length;)
        {
            var head = source.Head(at);
            at = head.End;
            if (head.IsDefinition)
            {
                Learn(head);
                continue;
            }
            if (!classes.TryGetValue(head.ClassId, out var definition))
                throw source.Place(head.Offset, "the structure").Damage(
                    $"is of the class {head.ClassId}, which the file does not define before it");
            yield return (head, definition);
            if (definition.Name == "FrEndOfFile") yield break;
        }
        throw source.Place(source.Length, "FrEndOfFile").Damage("is missing", isTransient: true);
    }

    void Learn(StructureHead head)
    {
        if (head.ClassId == FrameClasses.HeaderId)
        {
            var header = Definition(head, "FrSH");
            open = new(header.Text("name"), (int)header.Whole("class"), [], header.Text("comment"));
            openFields = 0;
            if (open.Id <= FrameClasses.ElementId || open.Id > byte.MaxValue)
                throw header.Place.Damage($"gives '{open.Name}' the number {open.Id}");
            classes[open.Id] = open;
            return;
        }
        var element = Definition(head, "FrSE");
        if (open is null) throw element.Place.Damage("is a field of no class");
        if (++openFields > ushort.MaxValue) throw element.Place.Damage($"is one field too many of '{open.Name}'");
        var field = new FrameField(element.Text("name"), element.Text("class"), element.Text("comment"));
        open = open with { Fields = [.. open.Fields, field] };
        classes[open.Id] = open;
    }

    FrameStructure Definition(StructureHead head, string name)
    {
        try
        {
            return source.Structure(head, FrameClasses.Of(name));
        }
        catch (DataException e) when (tell is not null)
        {
            tell(e);
            return source.Structure(head, FrameClasses.Of(name), isVerified: false);
        }
    }
}
