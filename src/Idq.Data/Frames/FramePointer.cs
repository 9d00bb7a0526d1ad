namespace Idq.Data.Frames;

/// <summary>A reference from one structure of a frame to another one.</summary>
/// <param name="ClassId">The number of the class in this file; 0 for none.</param>
/// <param name="Instance">Which structure of the class in this frame.</param>
readonly record struct FramePointer(int ClassId, long Instance)
{
    /// <summary>True when it refers to nothing.</summary>
    public bool IsNull => ClassId == 0;
}
