namespace Idq.Data;

/// <summary>Turns what the file system refuses into a <see cref="DataException"/> that says what could not be done.</summary>
static class FileErrors
{
    /// <summary>
    /// Runs an action. When it fails, the message begins with "cannot" and <paramref name="what"/>. Torn compression is transient: the file
    /// may be still being written.
    /// </summary>
    public static T Guard<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot {what}: {e.Message}", e is InvalidDataException, e);
        }
    }
}
