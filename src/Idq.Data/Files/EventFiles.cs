namespace Idq.Data;

/// <summary>Writes events to files that the sources of this program read back as the same events.</summary>
public static partial class EventFiles;
