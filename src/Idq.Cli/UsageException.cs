namespace Idq.Cli;

/// <summary>A command line that cannot be run: one clear message, exit code 2.</summary>
/// <param name="message">What is wrong and what to write instead.</param>
sealed class UsageException(string message) : Exception(message);
