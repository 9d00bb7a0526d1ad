namespace Idq.Data.Frames;

/// <summary>The types of samples, with the numbers of LIGO-T970130.</summary>
public enum FrameValueType
{
    /// <summary>CHAR: <see cref="sbyte"/>.</summary>
    Int8 = 0,

    /// <summary>INT_2S: <see cref="short"/>.</summary>
    Int16 = 1,

    /// <summary>REAL_8: <see cref="double"/>.</summary>
    Double = 2,

    /// <summary>REAL_4: <see cref="float"/>.</summary>
    Single = 3,

    /// <summary>INT_4S: <see cref="int"/>.</summary>
    Int32 = 4,

    /// <summary>INT_8S: <see cref="long"/>.</summary>
    Int64 = 5,

    /// <summary>COMPLEX_8: <see cref="ComplexSingle"/>.</summary>
    ComplexSingle = 6,

    /// <summary>COMPLEX_16: <see cref="System.Numerics.Complex"/>.</summary>
    ComplexDouble = 7,

    /// <summary>STRING: <see cref="string"/>.</summary>
    Text = 8,

    /// <summary>INT_2U: <see cref="ushort"/>.</summary>
    UInt16 = 9,

    /// <summary>INT_4U: <see cref="uint"/>.</summary>
    UInt32 = 10,

    /// <summary>INT_8U: <see cref="ulong"/>.</summary>
    UInt64 = 11,

    /// <summary>CHAR_U: <see cref="byte"/>.</summary>
    UInt8 = 12,
}
