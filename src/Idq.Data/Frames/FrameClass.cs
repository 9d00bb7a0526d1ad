namespace Idq.Data.Frames;

/// <summary>What structures of a class hold, as a file's dictionary says it (FrSH) and LIGO-T970130 defines it.</summary>
/// <param name="Name">For example FrProcData.</param>
/// <param name="Id">Its number in this file.</param>
/// <param name="Fields">The fields in their order; the last one is chkSum.</param>
/// <param name="Comment">What it is for.</param>
sealed record FrameClass(string Name, int Id, IReadOnlyList<FrameField> Fields, string Comment = "")
{
    /// <summary>Null when the fields have the types of another definition; else what differs.</summary>
    public string? Difference(FrameClass other)
    {
        for (var i = 0; i < Math.Max(Fields.Count, other.Fields.Count); i++)
        {
            var (own, theirs) = (Fields.ElementAtOrDefault(i), other.Fields.ElementAtOrDefault(i));
            if (own is null) return $"the field '{theirs!.Name}' is missing";
            if (theirs is null) return $"the field '{own.Name}' is not known";
            if (own.Type != theirs.Type) return $"the field '{own.Name}' is {own.Type} and not {theirs.Type}";
        }
        return null;
    }

    /// <summary>The definition of the class in version 8, when the file's own one agrees with it.</summary>
    /// <exception cref="DataException">It does not.</exception>
    public FrameClass Expected(FramePlace place)
    {
        var expected = FrameClasses.Of(Name);
        if (Difference(expected) is { } difference) throw place.Damage($"is defined otherwise than in version 8: {difference}");
        return expected;
    }
}
