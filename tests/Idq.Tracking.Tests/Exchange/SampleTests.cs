using System.Runtime.InteropServices;
using System.Text.Json;
using NodaTime;

namespace Idq.Tracking.Tests.Exchange;

public sealed class SampleTestsOnSqlite() : SampleTests(TestEngine.Sqlite);

public sealed class SampleTestsOnPostgres() : SampleTests(TestEngine.Postgres);

/// <summary>Databases that other trackers left behind, against what is known of them.</summary>
public abstract class SampleTests(TestEngine engine) : StoreFixture(engine)
{
    [SharedFact]
    public void The_MLflow_sample_arrives_whole()
    {
        var facts = Facts("mlflow-facts.json");
        var report = Imported("mlflow-3.17.2.db", ExchangeFormat.Mlflow);
        Assert.Equal((4, 6, 515), (report.ExperimentsAdded, report.RunsAdded, report.HistoryPoints));
        Assert.True(Imported("mlflow-3.17.2.db", ExchangeFormat.Mlflow).ChangedNothing);

        var records = Exported();
        var experiments = records.OfType<ExportedExperiment>().ToDictionary(e => e.Name);
        Assert.Equal(["Default", "first", "gone", "second"], experiments.Keys.Order());
        Assert.All(facts.GetProperty("experiments").EnumerateObject(), e => Assert.Contains(e.Name, experiments.Keys));
        Assert.True(experiments["gone"].IsDeleted);
        Assert.Equal("""{"team":"detchar"}""", experiments["first"].Tags);
        Assert.Equal("file:///srv/art/first", experiments["first"].ArtifactLocation);
        Assert.Equal(Instant.FromUnixTimeMilliseconds(1795242582011), experiments["first"].Created);

        var runs = records.OfType<ExportedRun>().ToDictionary(r => r.Name);
        foreach (var fact in facts.GetProperty("runs").EnumerateObject())
        {
            var run = runs[fact.Name];
            Assert.Equal(fact.Value.GetProperty("id").GetString(), run.Uid);
            if (!fact.Value.TryGetProperty("metrics", out var count)) continue;
            var histories = records.OfType<ExportedHistory>().Where(h => h.Run == run.Uid).ToLookup(h => h.Key, h => h.Points);
            Assert.Equal(count.GetInt32(), histories.Sum(h => h.Sum(p => p.Count)));
            Assert.Equal(fact.Value.GetProperty("loss_sum").GetDouble(), histories["loss"].SelectMany(p => p).Sum(p => p.Value), 1e-9);
            Assert.Equal(double.NaN, histories["nan"].Single().Single().Value);
            Assert.Equal(
                (double.MaxValue, double.MinValue),
                (histories["inf"].Single().Single().Value, histories["neg"].Single().Single().Value)
            );
        }
        Assert.Equal(
            [RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Completed, RunStatus.Completed, RunStatus.Running],
            new[] { "r0", "r1", "r2", "r3", "r4", "child" }.Select(name => runs[name].Status));
        Assert.Equal("r4", runs.Values.Single(r => r.IsDeleted).Name);
        Assert.Equal(Instant.FromUnixTimeMilliseconds(1795242582149), runs["r4"].Deleted);
        Assert.Equal(
            (Instant.FromUnixTimeMilliseconds(1700000000000), Instant.FromUnixTimeMilliseconds(1700000100000)),
            (runs["r0"].Started, runs["r0"].Ended)
        );
        using var tags = JsonDocument.Parse(runs["r0"].Tags);
        Assert.Equal("é ∑ \"quoted\"", tags.RootElement.GetProperty("note").GetString());
        using var args = JsonDocument.Parse(runs["r3"].Args);
        Assert.Equal("0.30000000000000004", args.RootElement.GetProperty("lr").GetString());
        Assert.Equal(new string('x', 6000), args.RootElement.GetProperty("long").GetString());
        Assert.Equal(
            [
                new ExportedRunLink(
                    runs["child"].Uid,
                    "parent",
                    facts.GetProperty("runs").GetProperty("child").GetProperty("parent").GetString()!
                ),
            ],
            records.OfType<ExportedRunLink>()
        );
    }

    [SharedFact]
    public void The_MLtraq_sample_arrives_whole()
    {
        var facts = Facts("mltraq-facts.json");
        var report = Imported("mltraq-0.1.165.db", ExchangeFormat.Mltraq);
        Assert.Equal((2, 5, 200), (report.ExperimentsAdded, report.RunsAdded, report.SequenceRows));
        Assert.True(Imported("mltraq-0.1.165.db", ExchangeFormat.Mltraq).ChangedNothing);

        var records = Exported();
        var experiments = records.OfType<ExportedExperiment>().ToDictionary(e => e.Name);
        Assert.Equal(facts.GetProperty("experiments").EnumerateArray().Select(e => e.GetString()).Order(), experiments.Keys.Order());
        Same(facts.GetProperty("second").GetProperty("experiment_fields"), Element(experiments["second"].Extras).GetProperty("fields"));
        var second = facts.GetProperty("second");
        var runs = records.OfType<ExportedRun>().Where(r => r.Experiment == "second").ToDictionary(r => r.Name);
        Assert.Equal(second.GetProperty("runs").GetInt32(), runs.Count);
        foreach (var (name, run) in runs)
        {
            var rows = records
                .OfType<ExportedSequence>()
                .Where(s => s.Run == run.Uid && s.Name == "metrics")
                .SelectMany(s => s.Rows)
                .ToArray();
            Assert.Equal(
                Enumerable.Range(0, second.GetProperty("rows").GetProperty(name).GetInt32()).Select(i => (long)i),
                rows.Select(r => r.Idx)
            );
            Assert.Equal(
                second.GetProperty("loss_sum").GetProperty(name).GetDouble(),
                rows.Sum(r => Element(r.Value).GetProperty("loss").GetDouble()),
                1e-9
            );
            Assert.Equal(
                second.GetProperty("acc_rows").GetProperty(name).GetInt32(),
                rows.Count(r => Element(r.Value).TryGetProperty("acc", out _))
            );
            Assert.All(rows, r => Assert.Equal(r.Idx, (long)Element(r.Value).GetProperty("step").GetDouble()));
            Assert.Equal(rows.Select(r => r.TimestampUs).Order(), rows.Select(r => r.TimestampUs));
            Assert.Equal(run.Started, Instant.FromUnixTimeTicks(rows[0].TimestampUs * 10));

            var fact = second.GetProperty("fields").GetProperty(name);
            var fields = Element(run.Extras).GetProperty("fields");
            Assert.Equal(fact.GetProperty("i").GetInt64(), fields.GetProperty("i").GetInt64());
            Assert.Equal(fact.GetProperty("ok").GetBoolean(), fields.GetProperty("ok").GetBoolean());
            Assert.Equal(fact.GetProperty("ratio").GetDouble(), fields.GetProperty("ratio").GetDouble());
            Assert.Equal(fact.GetProperty("at").GetString(), fields.GetProperty("at").GetString());
            Assert.Equal([0, 1, 255], fields.GetProperty("blob").GetProperty("$bytes").GetBytesFromBase64());
            var array = fields.GetProperty("array").GetProperty("$array");
            Assert.Equal("Float32", array.GetProperty("type").GetString());
            Assert.Equal([2, 3], array.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()));
            Assert.Equal(
                fact.GetProperty("array").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetSingle()),
                MemoryMarshal.Cast<byte, float>(array.GetProperty("data").GetBytesFromBase64()).ToArray());
            Same(
                Element("""{"a":[1,2.5,null,"x"],"t":[1,2],"s":{"$set":[3,4]},"id":{"$uuid":"00000000000000000000000000000007"}}"""),
                fields.GetProperty("nested")
            );
        }
        Assert.Single(records.OfType<ExportedRun>(), r => r.Experiment == "empty");
    }

    [SharedFact]
    public void The_SQLTrack_sample_arrives_whole()
    {
        var facts = Facts("sqltrack-facts.json");
        var report = Imported("sqltrack-0.1.4.sql", ExchangeFormat.Sqltrack);
        Assert.Equal((2, 4, 80, 1), (report.ExperimentsAdded, report.RunsAdded, report.MetricRows, report.Links));
        Assert.True(Imported("sqltrack-0.1.4.sql", ExchangeFormat.Sqltrack).ChangedNothing);

        var records = Exported();
        var runs = records.OfType<ExportedRun>().ToDictionary(r => r.Name);
        foreach (var fact in facts.GetProperty("runs").EnumerateObject())
        {
            var rows = records.OfType<ExportedMetrics>().Where(m => m.Run == runs[$"run {fact.Name}"].Uid).ToArray();
            Assert.Equal(fact.Value.GetProperty("rows").GetInt32(), rows.Length);
            Assert.Equal(
                fact.Value.GetProperty("loss_sum").GetDouble(),
                rows.Sum(r => r.Values.Single(v => v.Key == "train_loss").Value.AsDouble),
                1e-9
            );
            Assert.Equal(Enumerable.Range(0, 20).Select(i => i / 20.0), rows.Select(r => r.Progress));
            Assert.Equal(
                0.4 + (0.1 * int.Parse(fact.Name)),
                rows.SelectMany(r => r.Values).Single(v => v.Key == "val_top1").Value.AsDouble,
                1e-12
            );
        }
        Assert.Equal(
            [RunStatus.Completed, RunStatus.Failed, RunStatus.Timeout, RunStatus.Completed],
            Enumerable.Range(1, 4).Select(i => runs[$"run {i}"].Status)
        );
        var first = runs["run 1"];
        Assert.Equal(
            ("""{"g0":true,"marked":true}""", """{"layers":[1,2],"lr":0.0}""", """{"HOST":"node"}"""),
            (first.Tags, first.Args, first.Env)
        );
        Assert.Equal(
            "2026-11-21T06:30:26.472659Z 2026-11-21T06:30:26.478874Z 2026-11-21T06:30:26.487615Z",
            $"{Timestamps.Text(first.Created)} {Timestamps.Text(first.Started!.Value)} {Timestamps.Text(first.Updated!.Value)}"
        );
        Assert.Equal([new ExportedRunLink(runs["run 4"].Uid, "derived-from", first.Uid)], records.OfType<ExportedRunLink>());
        Assert.Equal(("detchar", "first"), records.OfType<ExportedExperiment>().Select(e => (e.Name, e.Comment)).First());
    }

    [SharedFact]
    public void What_was_imported_moves_on_to_another_store_unchanged()
    {
        foreach (var sample in new[] { "mlflow-3.17.2.db", "mltraq-0.1.165.db", "sqltrack-0.1.4.sql" })
        {
            using var source = ExchangeSource.Open(SharedData.Path("trackers", sample));
            Store.Import(source.Records());
        }
        using var other = TrackerStore.Open(InFolder("other.sqlite"), Clock);
        using (var source = ExchangeSource.Open(StorePath))
        {
            Assert.Equal(ExchangeFormat.Store, source.Format);
            other.Import(source.Records());
        }
        Assert.Equal(Lines(Store), Lines(other));
    }

    ImportReport Imported(string sample, ExchangeFormat format)
    {
        using var source = ExchangeSource.Open(SharedData.Path("trackers", sample));
        Assert.Equal(format, source.Format);
        return Store.Import(source.Records());
    }

    List<ExchangeRecord> Exported()
    {
        var records = new List<ExchangeRecord>();
        Store.Export(new ExportQuery(), records.Add);
        return records;
    }

    static string Lines(TrackerStore store)
    {
        using var output = new MemoryStream();
        store.Export(new ExportQuery(), output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    static void Same(JsonElement expected, JsonElement actual) =>
        Assert.Equal(Json.Kept(expected.GetRawText()), Json.Kept(actual.GetRawText()));

    static JsonElement Facts(string name) => Element(File.ReadAllText(SharedData.Path("trackers", name)));

    static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>The SQLTrack sample restored into a PostgreSQL database.</summary>
public sealed class LiveSqltrackTests() : StoreFixture(TestEngine.Postgres)
{
    [SharedFact]
    public void A_live_SQLTrack_database_gives_what_its_dump_gives()
    {
        var dump = SharedData.Path("trackers", "sqltrack-0.1.4.sql");
        var schema = StorePath[(StorePath.IndexOf("schema=", StringComparison.Ordinal) + 7)..];
        using (var connection = PostgresServer.Connect(StorePath))
        {
            Run($"CREATE SCHEMA {schema}");
            // The statements and the data of the dump, in its order, with the test's schema.
            string[]? copied = null;
            string? into = null;
            var statement = "";
            foreach (var line in File.ReadAllLines(dump).Select(l => l.Replace("public.", schema + ".", StringComparison.Ordinal)))
            {
                if (copied is not null)
                {
                    if (line != "\\.")
                    {
                        copied = [.. copied, line];
                        continue;
                    }
                    using var writer = connection.BeginTextImport(into!);
                    foreach (var row in copied) writer.Write(row + "\n");
                    copied = null;
                }
                else if (line.StartsWith("COPY ", StringComparison.Ordinal))
                {
                    (copied, into) = ([], line.TrimEnd(';'));
                }
                else if (!line.StartsWith("--", StringComparison.Ordinal))
                {
                    statement += line + "\n";
                    if (!line.EndsWith(';')) continue;
                    Run(statement);
                    statement = "";
                }
            }

            void Run(string sql)
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.ExecuteNonQuery();
            }
        }
        using var fromDump = TrackerStore.Open(InFolder("dump.sqlite"), Clock);
        using var fromDatabase = TrackerStore.Open(InFolder("database.sqlite"), Clock);
        using (var source = ExchangeSource.Open(dump)) fromDump.Import(source.Records());
        using (var source = ExchangeSource.Open(StorePath))
        {
            Assert.Equal(ExchangeFormat.Sqltrack, source.Format);
            Assert.Equal(4, fromDatabase.Import(source.Records()).RunsAdded);
        }
        var (a, b) = (new MemoryStream(), new MemoryStream());
        fromDump.Export(new ExportQuery(), a);
        fromDatabase.Export(new ExportQuery(), b);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(a.ToArray()), System.Text.Encoding.UTF8.GetString(b.ToArray()));
    }
}

/// <summary>The MLflow sample in a PostgreSQL database, as its servers keep it.</summary>
public sealed class LiveMlflowTests() : StoreFixture(TestEngine.Postgres)
{
    static readonly string[] Tables =
    [
        "alembic_version",
        "experiments",
        "experiment_tags",
        "runs",
        "tags",
        "params",
        "metrics",
        "latest_metrics",
        "datasets",
        "inputs",
        "input_tags",
    ];

    [SharedFact]
    public void An_MLflow_database_in_PostgreSQL_gives_what_its_SQLite_file_gives()
    {
        var sample = SharedData.Path("trackers", "mlflow-3.17.2.db");
        var schema = StorePath[(StorePath.IndexOf("schema=", StringComparison.Ordinal) + 7)..];
        using (var from = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={sample};Mode=ReadOnly;Pooling=False"))
        using (var to = PostgresServer.Connect(StorePath))
        {
            from.Open();
            Run($"CREATE SCHEMA {schema}");
            foreach (var table in Tables)
            {
                using var all = from.CreateCommand();
                all.CommandText = $"SELECT name, type FROM pragma_table_info('{table}')";
                var columns = new List<(string Name, string Type)>();
                using (var reader = all.ExecuteReader())
                    while (reader.Read()) columns.Add((reader.GetString(0), Type(reader.GetString(1))));
                Run($"CREATE TABLE {schema}.{table} ({string.Join(", ", columns.Select(c => $"\"{c.Name}\" {c.Type}"))})");
                all.CommandText = $"SELECT * FROM {table}";
                using var rows = all.ExecuteReader();
                while (rows.Read())
                {
                    using var insert = to.CreateCommand();
                    insert.CommandText = $"INSERT INTO {schema}.{table} VALUES ({string.Join(", ", columns.Select((c, i) => $"@p{i}"))})";
                    for (var i = 0; i < columns.Count; i++)
                        insert.Parameters.AddWithValue(
                            $"p{i}",
                            rows.IsDBNull(i) ? DBNull.Value
                                : columns[i].Type == "BOOLEAN" ? rows.GetBoolean(i)
                                : columns[i].Type == "DOUBLE PRECISION" ? rows.GetDouble(i)
                                : rows.GetValue(i)
                        );
                    insert.ExecuteNonQuery();
                }
            }

            void Run(string sql)
            {
                using var command = to.CreateCommand();
                command.CommandText = sql;
                command.ExecuteNonQuery();
            }
        }
        Assert.Equal(Exported(sample, "file.sqlite"), Exported(StorePath, "database.sqlite"));

        static string Type(string declared) => declared.Split('(')[0] switch
        {
            "INTEGER" or "BIGINT" => "BIGINT",
            "FLOAT" or "DOUBLE" or "DOUBLE PRECISION" => "DOUBLE PRECISION",
            "BOOLEAN" => "BOOLEAN",
            _ => "TEXT",
        };
    }

    string Exported(string location, string into)
    {
        using var store = TrackerStore.Open(InFolder(into), Clock);
        using var source = ExchangeSource.Open(location);
        Assert.Equal(ExchangeFormat.Mlflow, source.Format);
        Assert.Equal(6, store.Import(source.Records()).RunsAdded);
        using var output = new MemoryStream();
        store.Export(new ExportQuery(), output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
