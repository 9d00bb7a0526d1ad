namespace Idq.Data;

/// <summary>A column of a LIGO_LW table.</summary>
/// <param name="Name">Without the names of tables in front: "peak_time" for "sngl_burstgroup:sngl_burst:peak_time".</param>
/// <param name="Type">As the document has it: "real_4", "int_8s", "lstring", "ilwd:char", …</param>
public sealed record LigoLwColumn(string Name, string Type)
{
    /// <summary>True for integer and floating-point columns.</summary>
    public bool IsNumeric => Type.StartsWith("real_", StringComparison.Ordinal) || IsInteger || Type is "float" or "double";

    /// <summary>True for integer columns.</summary>
    public bool IsInteger => Type.StartsWith("int_", StringComparison.Ordinal) || Type is "int";
}
