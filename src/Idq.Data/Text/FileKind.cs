namespace Idq.Data;

/// <summary>What a path leads to when links are followed.</summary>
public enum FileKind
{
    /// <summary>Nothing: no such name, or a link that leads nowhere.</summary>
    Nothing,

    /// <summary>A file with content that can be read to its end.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe: reading waits until somebody writes.</summary>
    Pipe,

    /// <summary>A device: reading may never end.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,
}
