namespace Idq.Data.Frames;

/// <summary>A place in a frame file, for messages.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">Bytes from its beginning.</param>
/// <param name="Structure">The name of the structure that begins there.</param>
readonly record struct FramePlace(string Path, long Offset, string Structure)
{
    /// <summary>What is thrown when the file is not what it should be there.</summary>
    public DataException Damage(string what, bool isTransient = false, Exception? cause = null) =>
        new($"the frame file '{Path}' is damaged: {Structure} at byte {Offset} {what}", isTransient, cause);
}
