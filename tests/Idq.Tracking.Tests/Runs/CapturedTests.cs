using System.Text.Json;

namespace Idq.Tracking.Tests.Runs;

/// <summary>What a run takes from its process: arguments, environment, and what the batch engine says.</summary>
public sealed class CapturedTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("--lr 0.5 --layers 3 --name x", """{"layers":3,"lr":0.5,"name":"x"}""")]
    [InlineData("--lr=1e-3 -n -5 --flag", """{"flag":true,"lr":0.001,"n":-5}""")]
    [InlineData("--gps-start 1126259462 <file> a.txt", """{"arguments":["<file>","a.txt"],"gps_start":1126259462}""")]
    [InlineData("--set a=1 --set b=2 --set c=3", """{"set":["a=1","b=2","c=3"]}""")]
    [InlineData(
        """--json {"a":[1,2]} --list [1,true] --bad {a --yes true""",
        """{"bad":"{a","json":{"a":[1,2]},"list":[1,true],"yes":true}"""
    )]
    [InlineData("--big 9223372036854775808 --inf inf --nan nan", """{"big":9.223372036854776E+18,"inf":"inf","nan":"nan"}""")]
    public void Arguments_become_values_by_name(string line, string json)
    {
        var parsed = ProgramArguments.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using var expected = JsonDocument.Parse(json);
        using var actual = JsonDocument.Parse(parsed);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), parsed);
    }

    [Theory]
    [InlineData("--max-depth", "max_depth")]
    [InlineData("<input-file>", "input_file")]
    [InlineData("-v", "v")]
    public void Names_lose_dashes_and_brackets(string name, string kept) => Assert.Equal(kept, ProgramArguments.Name(name));

    [Fact]
    public void Secrets_of_the_environment_are_not_kept()
    {
        var kept = RunEnvironment.Capture(
            new Dictionary<string, string>
            {
                ["PATH"] = "/bin",
                ["AWS_SECRET_ACCESS_KEY"] = "leak1",
                ["MLFLOW_TRACKING_PASSWORD"] = "leak2",
                ["GITHUB_TOKEN"] = "leak3",
                ["API_KEY"] = "leak4",
                ["DATABASE_DSN"] = "leak5",
                ["STORE"] = "postgresql://me:leak6@host/db",
                ["KEYBOARD"] = "de",
                ["HTTP_PROXY"] = "http://u:leak7@proxy:8080 http://a:leak8@b",
            }
        );
        Assert.DoesNotContain("leak", kept, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(kept);
        Assert.Equal(
            ("/bin", "de"),
            (json.RootElement.GetProperty("PATH").GetString(), json.RootElement.GetProperty("KEYBOARD").GetString())
        );
        Assert.Equal("postgresql://(redacted)@host/db", json.RootElement.GetProperty("STORE").GetString());
    }

    [Fact]
    public void The_environment_of_this_process_can_be_kept()
    {
        using var json = JsonDocument.Parse(RunEnvironment.Capture());
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), json.RootElement.GetProperty("PATH").GetString());
    }

    static JobEnvironment Job(params (string Name, string Value)[] variables) =>
        JobEnvironment.Read(variables.ToDictionary(v => v.Name, v => v.Value));

    [Fact]
    public void A_restarted_job_of_a_batch_engine_has_the_same_run_and_every_task_another()
    {
        var first = Job(("SLURM_JOB_ID", "77"), ("SLURM_CLUSTER_NAME", "c"));
        Assert.Equal(first, Job(("SLURM_JOB_ID", "77"), ("SLURM_CLUSTER_NAME", "c"), ("SLURM_RESTART_COUNT", "2")));
        Assert.Equal("slurm c 77", first.Job);
        Assert.Matches("^[0-9a-f]{32}$", first.RunUid);
        JobEnvironment[] others =
        [
            first,
            Job(("SLURM_JOB_ID", "78"), ("SLURM_CLUSTER_NAME", "c")),
            Job(("SLURM_JOB_ID", "77"), ("SLURM_CLUSTER_NAME", "d")),
            Job(("SLURM_JOB_ID", "79"), ("SLURM_ARRAY_JOB_ID", "77"), ("SLURM_ARRAY_TASK_ID", "1")),
            Job(("SLURM_JOB_ID", "80"), ("SLURM_ARRAY_JOB_ID", "77"), ("SLURM_ARRAY_TASK_ID", "2")),
            Job(("SLURM_JOB_ID", "77"), ("SLURM_CLUSTER_NAME", "c"), ("SLURM_PROCID", "3")),
            Job(("CONDOR_ID", "12.0")),
            Job(("CONDOR_ID", "12.1")),
        ];
        Assert.Equal(others.Length, others.Select(o => o.RunUid).Distinct().Count());
    }

    [Fact]
    public void The_variables_of_job_scripts_come_before_the_batch_engine()
    {
        var job = Job(
            ("SQLTRACK_EXPERIMENT_NAME", "o4"),
            ("SQLTRACK_EXPERIMENT_ID", "3"),
            ("SQLTRACK_RUN_ID", "12"),
            ("SLURM_JOB_ID", "77")
        );
        Assert.Equal((3L, "o4", 12L, (string?)null), (job.ExperimentId, job.ExperimentName, job.RunId, job.RunUid));
        var uid = new string('f', 32);
        Assert.Equal(uid, Job(("SQLTRACK_RUN_ID", uid)).RunUid);
        Assert.Equal(new JobEnvironment(null, null, null, null, null), Job(("SQLTRACK_RUN_ID", "")));
        Assert.Contains(
            "SQLTRACK_RUN_ID",
            Assert.Throws<FormatException>(() => Job(("SQLTRACK_RUN_ID", "twelve"))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "SQLTRACK_EXPERIMENT_ID",
            Assert.Throws<FormatException>(() => Job(("SQLTRACK_EXPERIMENT_ID", "x"))).Message,
            StringComparison.Ordinal
        );
    }
}
