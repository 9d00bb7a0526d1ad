using System.Net;

namespace Idq.Tracking.Mlflow;

/// <summary>A file or folder among the artifacts of a run.</summary>
/// <param name="Path">From the root of the run's artifacts on.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Size">Bytes of a file, when the server says so.</param>
public sealed record MlflowArtifact(string Path, bool IsFolder, long? Size);

public sealed partial class MlflowClient
{
    /// <summary>What is directly below a folder of a run's artifacts.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">The folder; null for the root.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<IReadOnlyList<MlflowArtifact>> ListArtifactsAsync(
        string runId,
        string? path = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync(
            "artifacts/list",
            static json =>
                json.TryGetProperty("files", out var files)
                    ? (IReadOnlyList<MlflowArtifact>)
                        [
                            .. files
                                .EnumerateArray()
                                .Select(file => new MlflowArtifact(
                                    file.GetProperty("path").GetString()!,
                                    file.TryGetProperty("is_dir", out var isFolder) && isFolder.GetBoolean(),
                                    // Servers write it as a number or, as protocol buffers do, as text.
                                    file.TryGetProperty("file_size", out var size)
                                        ? long.Parse(size.ToString())
                                        : null
                                )),
                        ]
                    : [],
            cancellationToken,
            ("run_id", runId),
            ("run_uuid", runId),
            ("path", path)
        );

    /// <summary>
    /// Writes one artifact of a run to a stream, from the place where the stream stands.
    /// After a failure that may pass it begins again there.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">From the root of the run's artifacts on.</param>
    /// <param name="output">Can seek.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task DownloadArtifactAsync(string runId, string path, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        var start = output.Position;
        for (var attempt = 1; ; attempt++)
        {
            if (await DownloadAsync(runId, path, output, attempt, cancellationToken) is not var (failure, retryAfter)) return;
            if (!failure.IsTransient || attempt > settings.MaxRetries) throw failure;
            output.SetLength(start);
            output.Position = start;
            await wait(retries.Pause(attempt, retryAfter, clock.GetCurrentInstant()), cancellationToken);
        }
    }

    async Task<(MlflowException Failure, System.Net.Http.Headers.RetryConditionHeaderValue? RetryAfter)?> DownloadAsync(
        string runId, string path, Stream output, int attempt, CancellationToken cancellationToken)
    {
        const string Endpoint = "get-artifact";
        // A large file may take its time, as long as it keeps coming.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        try
        {
            using var response = await http.GetAsync(
                $"{shownRoot}/{Endpoint}?path={Uri.EscapeDataString(path)}"
                    + $"&run_id={Uri.EscapeDataString(runId)}&run_uuid={Uri.EscapeDataString(runId)}",
                HttpCompletionOption.ResponseHeadersRead,
                limit.Token
            );
            if (response.StatusCode != HttpStatusCode.OK)
                return (
                    Failure(response, await response.Content.ReadAsByteArrayAsync(limit.Token), Endpoint, attempt),
                    response.Headers.RetryAfter
                );
            await using var content = await response.Content.ReadAsStreamAsync(limit.Token);
            var buffer = new byte[1 << 16];
            while (await content.ReadAsync(buffer, limit.Token) is > 0 and var count)
            {
                limit.CancelAfter(settings.Timeout);
                await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (NoAnswer($"no answer within {settings.Timeout.TotalSeconds} s", Endpoint, attempt, e), null);
        }
        catch (HttpRequestException e)
        {
            return (NoAnswer(e.GetBaseException().Message, Endpoint, attempt, e), null);
        }
        catch (HttpIOException e)
        {
            return (NoAnswer(e.Message, Endpoint, attempt, e), null);
        }
    }
}
