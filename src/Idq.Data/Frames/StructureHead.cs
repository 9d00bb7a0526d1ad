namespace Idq.Data.Frames;

/// <summary>What every structure begins with.</summary>
/// <param name="Offset">Bytes from the beginning of the file to the structure.</param>
/// <param name="Length">Bytes of the structure with its head.</param>
/// <param name="ChecksumKind">0 for none, 1 for CRC.</param>
/// <param name="ClassId">The number of its class.</param>
/// <param name="Instance">Its number among those of its class.</param>
readonly record struct StructureHead(long Offset, long Length, int ChecksumKind, int ClassId, long Instance)
{
    /// <summary>Bytes of the head.</summary>
    public const int Size = 14;

    /// <summary>Where the next structure begins.</summary>
    public long End => Offset + Length;

    /// <summary>True for the classes of the dictionary, FrSH and FrSE.</summary>
    public bool IsDefinition => ClassId is FrameClasses.HeaderId or FrameClasses.ElementId;
}
