using System.Security.Cryptography;
using System.Text;

namespace Idq.Tracking;

/// <summary>What the environment of a job says of its run: SQLTrack's variables, and what Slurm and HTCondor set.</summary>
/// <param name="ExperimentId">SQLTRACK_EXPERIMENT_ID.</param>
/// <param name="ExperimentName">SQLTRACK_EXPERIMENT_NAME.</param>
/// <param name="RunId">SQLTRACK_RUN_ID when it is a number.</param>
/// <param name="RunUid">
/// SQLTRACK_RUN_ID when it is 32 hexadecimal digits; else made of the batch engine's own name of the job, the same for the job's every
/// restart, so that a requeued job goes on in its run.
/// </param>
/// <param name="Job">How the batch engine calls the job, such as "slurm 1234_5"; null outside of one.</param>
public sealed record JobEnvironment(long? ExperimentId, string? ExperimentName, long? RunId, string? RunUid, string? Job)
{
    /// <summary>Reads variables.</summary>
    /// <exception cref="FormatException">One of SQLTrack's variables is malformed; the message names it.</exception>
    public static JobEnvironment Read(IReadOnlyDictionary<string, string> variables)
    {
        string? Get(string name) => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
        long? Number(string name) =>
            Get(name) is not { } text ? null
            : long.TryParse(text, out var number) ? number
            : throw new FormatException($"the environment variable {name} must be a number, not '{text}'");

        var job = Slurm(Get) ?? Condor(Get);
        var run = Get("SQLTRACK_RUN_ID");
        var isUid = run is not null && Tracking.RunUid.IsValid(run);
        if (run is not null && !isUid && !long.TryParse(run, out _))
            throw new FormatException($"the environment variable SQLTRACK_RUN_ID must be a number or 32 hexadecimal digits, not '{run}'");
        return new(Number("SQLTRACK_EXPERIMENT_ID"), Get("SQLTRACK_EXPERIMENT_NAME"), isUid || run is null ? null : long.Parse(run),
            isUid ? run : run is null && job is not null ? Uid(job) : null, job);
    }

    // An array job's tasks are runs of their own; a restart has the same number again.
    static string? Slurm(Func<string, string?> get) => get("SLURM_JOB_ID") is not { } id ? null
        : $"slurm {get("SLURM_CLUSTER_NAME") ?? "cluster"} "
            + (get("SLURM_ARRAY_JOB_ID") is { } array && get("SLURM_ARRAY_TASK_ID") is { } task ? $"{array}_{task}" : id)
            + (get("SLURM_PROCID") is { } process && process != "0" ? $".{process}" : "");

    static string? Condor(Func<string, string?> get) => (get("CONDOR_ID") ?? get("_CONDOR_JOB_ID")) is not { } id ? null
        : $"condor {get("_CONDOR_SCHEDD") ?? get("CONDOR_SCHEDD") ?? "schedd"} {id}";

    static string Uid(string job) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(job)).AsSpan(0, 16));
}
