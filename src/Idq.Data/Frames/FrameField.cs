namespace Idq.Data.Frames;

/// <summary>A field of a class, as a file's dictionary says it (FrSE).</summary>
sealed record FrameField
{
    /// <summary>A field of a type as the dictionary writes it: "INT_8U[nADC][nFrame]", "PTR_STRUCT(FrVect *)".</summary>
    public FrameField(string name, string type, string comment = "")
    {
        (Name, Type, Comment) = (name, type, comment);
        var parts = type.Split('[', ']');
        Element = parts[0].TrimEnd(' ', '*') switch
        {
            "CHAR" => FieldElement.Char,
            "CHAR_U" => FieldElement.Byte,
            "INT_2S" => FieldElement.Int16,
            "INT_2U" => FieldElement.UInt16,
            "INT_4S" => FieldElement.Int32,
            "INT_4U" => FieldElement.UInt32,
            "INT_8S" => FieldElement.Int64,
            "INT_8U" => FieldElement.UInt64,
            "REAL_4" => FieldElement.Single,
            "REAL_8" => FieldElement.Double,
            "STRING" => FieldElement.Text,
            var t when t.StartsWith("PTR_STRUCT", StringComparison.Ordinal) => FieldElement.Pointer,
            _ => FieldElement.Unknown,
        };
        Lengths = [.. parts.Skip(1).Where(p => p.Length > 0)];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its type as the dictionary writes it.</summary>
    public string Type { get; }

    /// <summary>What it means.</summary>
    public string Comment { get; }

    /// <summary>The type of its elements.</summary>
    public FieldElement Element { get; }

    /// <summary>The lengths of an array: names of earlier fields, or numbers; empty for a single value.</summary>
    public IReadOnlyList<string> Lengths { get; }
}
