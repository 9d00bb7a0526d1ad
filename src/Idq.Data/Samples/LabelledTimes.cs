namespace Idq.Data;

/// <summary>Labelled sample times: an alternative to target and random times.</summary>
public static class LabelledTimes
{
    /// <summary>Stands until the tables land.</summary>
    public static (long[] Times, byte[] Labels) Read(string path) => throw new DataException($"cannot read '{path}' yet");
}
