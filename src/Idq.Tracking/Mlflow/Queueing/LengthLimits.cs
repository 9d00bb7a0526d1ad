namespace Idq.Tracking.Mlflow;

/// <summary>How long names and values may be, in Unicode characters (code points), and what happens to longer ones.</summary>
public sealed record LengthLimits
{
    const string Ellipsis = "...";

    /// <summary>Names of parameters, tags and metrics.</summary>
    /// <value>The default value is 250; more than 3.</value>
    public int Key { get; init; } = 250;

    /// <summary>Values of parameters.</summary>
    /// <value>The default value is 6000; more than 3.</value>
    public int ParamValue { get; init; } = 6000;

    /// <summary>Values of tags. Servers from 3.0 on take 8000.</summary>
    /// <value>The default value is 5000; more than 3.</value>
    public int TagValue { get; init; } = 5000;

    /// <summary>
    /// True: what is longer is cut, ends with three dots, and a warning is given. False: it is refused. <c>MLFLOW_TRUNCATE_LONG_VALUES</c>.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool Truncate { get; init; } = true;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Key, Ellipsis.Length);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ParamValue, Ellipsis.Length);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TagValue, Ellipsis.Length);
    }

    /// <summary>The text within its limit.</summary>
    /// <param name="what">What it is, for the message: "Param key".</param>
    /// <param name="text">The text.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="warn">Told when it was cut.</param>
    /// <exception cref="MlflowException">It is too long and may not be cut.</exception>
    internal string Apply(string what, string text, int limit, Action<string>? warn)
    {
        if (text.Length <= limit)
            return text;
        var length = text.EnumerateRunes().Count();
        if (length <= limit)
            return text;
        var message = $"{what} '{Start(text, 50)}{Ellipsis}' had length {length}, which exceeded length limit of {limit}";
        if (!Truncate)
            throw new MlflowException("INVALID_PARAMETER_VALUE", message, attempts: 0);
        warn?.Invoke(message + "; it was cut");
        return Start(text, limit - Ellipsis.Length) + Ellipsis;
    }

    static string Start(string text, int count)
    {
        var end = 0;
        foreach (var rune in text.EnumerateRunes().Take(count))
            end += rune.Utf16SequenceLength;
        return text[..end];
    }
}
