namespace Idq.Data.Frames;

/// <summary>The elementary types of LIGO-T970130.</summary>
enum FieldElement
{
    Unknown,
    Char,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Text,
    Pointer,
}
