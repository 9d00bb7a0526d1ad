using System.Text.Json;

namespace Idq.EndToEnd.Tests;

/// <summary>What a program left behind.</summary>
sealed record StreamResult(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Output);
                return document.RootElement.Clone();
            }
            catch (JsonException e)
            {
                throw new InvalidOperationException(
                    $"'stream {Command}' did not print one JSON document ({e.Message}):\n{Output}\n{Errors}",
                    e
                );
            }
        }
    }

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Itself, when the exit code is the expected one.</summary>
    public StreamResult Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"'stream {Command}' ended with {ExitCode} instead of {exitCode}:\n{Errors}\n{Output}");
        return this;
    }

    /// <summary>Itself, when the program is done and nothing went wrong.</summary>
    public StreamResult Done => Expect(0);

    /// <summary>Itself, when the command line or the configuration was refused in plain words.</summary>
    public StreamResult Refused => Expect(2).Plain;

    /// <summary>Itself, when the program failed in plain words.</summary>
    public StreamResult Failed => Expect(1).Plain;

    StreamResult Plain
    {
        get
        {
            Assert.StartsWith("stream: ", Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled exception", Errors, StringComparison.Ordinal);
            return this;
        }
    }
}
