using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Idq.Tracking.Tests;

/// <summary>
/// A real PostgreSQL of this test run: made in a folder of its own, on a free loopback port, stopped and removed at its end.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    static readonly Lazy<PostgresServer> Shared = new(() => new PostgresServer());
    static int schemas;

    readonly string folder;
    readonly Process process;
    readonly int port;

    PostgresServer()
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(d => Path.Combine(d, "bin"))
                .Where(Directory.Exists)
                .Order(StringComparer.Ordinal)
                .ToArray()
            : [];
        if (programs.Length == 0)
            throw new InvalidOperationException("PostgreSQL is not installed: scripts/setup --tests installs it");
        var bin = programs[^1];
        folder = Directory.CreateTempSubdirectory("idq-postgres-").FullName;
        // The server refuses to run as root; its package makes a user for it.
        string[] user = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        if (user.Length > 0)
            Run("chown", "postgres", folder);
        Run([
            .. user,
            Path.Combine(bin, "initdb"),
            "-D",
            Path.Combine(folder, "data"),
            "-A",
            "trust",
            "-U",
            "idq",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]);
        port = FreePort();
        process = Start([.. user, Path.Combine(bin, "postgres"), "-D", Path.Combine(folder, "data"), "-k", folder, "-p", $"{port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300"]);
        // What it says would fill the pipe.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        for (var started = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                Execute("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1) && !process.HasExited)
            {
                // It is still on its way up.
            }
        }
    }

    /// <summary>The location of a schema that nobody else uses.</summary>
    public static string NewLocation() =>
        $"postgresql://idq@127.0.0.1:{Shared.Value.port}/postgres?schema=test{Interlocked.Increment(ref schemas)}";

    /// <summary>A connection to what a location names.</summary>
    public static NpgsqlConnection Connect(string location)
    {
        var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={Shared.Value.port};Username=idq;Database=postgres;Pooling=false;Search "
                + $"Path={location[(location.IndexOf("schema=", StringComparison.Ordinal) + 7)..]}"
        );
        connection.Open();
        return connection;
    }

    /// <summary>Removes a schema and all in it.</summary>
    public static void Drop(string location) =>
        Shared.Value.Execute($"DROP SCHEMA IF EXISTS {location[(location.IndexOf("schema=", StringComparison.Ordinal) + 7)..]} CASCADE");

    public void Dispose()
    {
        if (!process.HasExited)
        {
            // SIGINT is the fast shutdown.
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            kill.WaitForExit();
            if (!process.WaitForExit(10_000)) process.Kill(entireProcessTree: true);
        }
        process.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    void Execute(string sql)
    {
        using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=idq;Database=postgres;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static Process Start(params string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
        Environment = { ["LC_ALL"] = "C" },
    })!;

    static void Run(params string[] command)
    {
        using var process = Start(command);
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {errors.GetAwaiter().GetResult()}");
    }
}
