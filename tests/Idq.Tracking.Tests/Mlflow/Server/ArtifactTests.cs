using System.Net;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class ArtifactServerTestsOnSqlite() : ArtifactServerTests(TestEngine.Sqlite);

public sealed class ArtifactServerTestsOnPostgres() : ArtifactServerTests(TestEngine.Postgres);

public abstract class ArtifactServerTests(TestEngine engine) : ServerFixture(engine)
{
    const string Proxy = "/api/2.0/mlflow-artifacts/artifacts/";

    async Task Put(string path, byte[] content) => await Good(await Http.PutAsync(Proxy + path, new ByteArrayContent(content)));

    async Task<string> List(string run, string path = "") =>
        string.Join(
            ' ',
            ((await Get($"artifacts/list?run_id={run}&path={path}"))["files"]?.AsArray() ?? []).Select(file =>
                $"{file!["path"]}{(file["is_dir"]!.GetValue<bool>() ? "/" : $":{file["file_size"]}")}"
            )
        );

    [Fact]
    public async Task Artifacts_go_up_are_listed_and_come_back()
    {
        var run = await NewRun();
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        await Put($"0/{run}/artifacts/my.file", content);
        await Put($"0/{run}/artifacts/dir/other%20file", "Hello"u8.ToArray());
        Assert.Equal("dir/ my.file:100000", await List(run));
        Assert.Equal("dir/other file:5", await List(run, "dir"));
        Assert.Equal("", await List(run, "nothing"));
        Assert.Equal($"mlflow-artifacts:/0/{run}/artifacts", (await Get($"artifacts/list?run_id={run}"))["root_uri"]!.GetValue<string>());
        Assert.Equal(content, await Http.GetByteArrayAsync($"{Proxy}0/{run}/artifacts/my.file"));
        var files = (await Good(await Http.GetAsync($"/api/2.0/mlflow-artifacts/artifacts?path=0/{run}/artifacts")))[
            "files"
        ]!.AsArray();
        Assert.Equal(["dir", "my.file"], files.Select(file => file!["path"]!.GetValue<string>()));
        var shown = await Http.GetAsync($"/get-artifact?run_id={run}&path=dir/other%20file");
        Assert.Equal("Hello", await shown.Content.ReadAsStringAsync());
        Assert.Equal("attachment", shown.Content.Headers.ContentDisposition!.DispositionType);
        await Put($"0/{run}/artifacts/my.file", "new"u8.ToArray());
        Assert.Equal("new", await Http.GetStringAsync($"{Proxy}0/{run}/artifacts/my.file"));
        await Good(await Http.DeleteAsync($"{Proxy}0/{run}/artifacts/my.file"));
        Assert.Equal("dir/", await List(run));
        await RefusedGet($"{Proxy}0/{run}/artifacts/my.file", 404, "RESOURCE_DOES_NOT_EXIST");
        Assert.Empty(Failures);
    }

    [Theory]
    [InlineData("../path")]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("%2e%2e/path")]
    [InlineData("%252e%252e%252fpath")]
    [InlineData("/etc/passwd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("..%5cpath")]
    [InlineData("c:/path")]
    [InlineData("file://x")]
    [InlineData("~root")]
    public async Task A_path_that_leads_out_is_refused_everywhere(string path)
    {
        var run = await NewRun();
        File.WriteAllText(InFolder("path"), "secret");
        Assert.Equal("Invalid path", await RefusedGet($"artifacts/list?run_id={run}&path={path}"));
        Assert.Equal("Invalid path", await RefusedGet($"/get-artifact?run_id={run}&path={path}"));
        Assert.Equal("Invalid path", await RefusedGet($"/api/2.0/mlflow-artifacts/artifacts?path={path}"));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            // The client must not tidy the path up before it is sent.
            var uri = new Uri(Server.Address, Proxy + path.Replace("/", "%2f", StringComparison.Ordinal));
            using var request = new HttpRequestMessage(method, uri)
            {
                Content = method == HttpMethod.Put ? new ByteArrayContent([1]) : null,
            };
            var response = await Http.SendAsync(request);
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound });
        }

        Assert.Equal("secret", File.ReadAllText(InFolder("path")));
        Assert.Empty(Directory.GetFileSystemEntries(ArtifactsFolder));
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_neither_followed_nor_listed()
    {
        var run = await NewRun();
        var folder = Path.Combine(ArtifactsFolder, "0", run, "artifacts");
        Directory.CreateDirectory(folder);
        File.WriteAllText(InFolder("outside"), "secret");
        File.CreateSymbolicLink(Path.Combine(folder, "link"), InFolder("outside"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "up"), InFolder(""));
        Assert.Equal("", await List(run));
        Assert.Equal("Invalid path", await RefusedGet($"/get-artifact?run_id={run}&path=link"));
        Assert.Equal("Invalid path", await RefusedGet($"/get-artifact?run_id={run}&path=up/outside"));
        Assert.Equal(
            "Invalid path",
            await Refused(
                await Http.PutAsync($"{Proxy}0/{run}/artifacts/up/new", new ByteArrayContent([1])),
                400,
                "INVALID_PARAMETER_VALUE"
            )
        );
        Assert.False(File.Exists(InFolder("new")));
    }

    [Fact]
    public async Task Artifacts_that_live_elsewhere_are_not_this_servers_to_read()
    {
        File.WriteAllText(InFolder("outside"), "secret");
        var experiment = (await Post("experiments/create", new { name = "elsewhere", artifact_location = $"file://{InFolder("")}" }))[
            "experiment_id"
        ]!.GetValue<string>();
        var run = await NewRun(experiment);
        Assert.Equal("", await List(run));
        await RefusedGet($"/get-artifact?run_id={run}&path=outside", 404, "RESOURCE_DOES_NOT_EXIST");
        await RefusedGet("artifacts/list?run_id=nope", 404, "RESOURCE_DOES_NOT_EXIST");
    }

    [Fact]
    public async Task An_upload_that_is_too_big_or_breaks_off_leaves_nothing()
    {
        await using MlflowServer small = await MlflowServer.StartAsync(
            Store,
            Options with
            {
                Limits = new ServerLimits { ArtifactBytes = 10 },
            }
        );
        using var http = new HttpClient { BaseAddress = small.Address };
        await Refused(await http.PutAsync(Proxy + "0/x", new ByteArrayContent(new byte[11])), 400, "INVALID_PARAMETER_VALUE");
        Assert.Empty(Directory.GetFiles(ArtifactsFolder, "*", SearchOption.AllDirectories));
        Assert.Contains("no artifacts", await NoFolder(), StringComparison.Ordinal);

        async Task<string> NoFolder()
        {
            await using MlflowServer none = await MlflowServer.StartAsync(Store, Options with { ArtifactsFolder = null });
            using var client = new HttpClient { BaseAddress = none.Address };
            return await Refused(await client.GetAsync(Proxy + "0/x"), 501, "NOT_IMPLEMENTED");
        }
    }

    [Theory]
    [InlineData("a/b.txt", "a/b.txt")]
    [InlineData("a//b/./c", "a/b/c")]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData("..a", "..a")]
    [InlineData("100%", "100%")]
    public void Harmless_paths_are_tidied(string path, string safe) => Assert.Equal(safe, ArtifactFolder.Safe(path));
}
