using Idq.Tracking;

namespace Idq.Cli;

/// <summary>A command line that cannot be run: one clear message, exit code 2.</summary>
/// <param name="message">What is wrong and what to write instead.</param>
sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Calls a library with values of the command line: what it does not accept as an argument is wrong usage.</summary>
    /// <param name="call">The call.</param>
    /// <param name="prefix">What the message begins with, such as "--store: ".</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public static T Of<T>(Func<T> call, string prefix = "")
    {
        try
        {
            return call();
        }
        catch (Exception e) when (IsWrongValue(e))
        {
            throw new UsageException(prefix + e.Message);
        }
    }

    /// <inheritdoc cref="Of{T}(Func{T}, string)"/>
    public static async Task<T> OfAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (IsWrongValue(e))
        {
            throw new UsageException(e.Message);
        }
    }

    static bool IsWrongValue(Exception e) =>
        e is ArgumentException or FormatException or DataStreamException or TrackerException { Failure: TrackerFailure.BadLocation };
}
