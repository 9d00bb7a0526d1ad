using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace Idq.Tracking;

/// <summary>
/// Reads MLtraq's database: experiments, their runs, fields of every type, sequences. Fields that are no sequences become the member
/// "fields" of the extras. MLtraq keeps no times of runs and no zone with its times: those of sequences are taken as UTC, and a run
/// lasts from the first to the last row of its sequences. What a row of a sequence does not have is NaN there and left out here.
/// </summary>
static class MltraqDatabase
{
    const int Page = 1000;

    /// <summary>True when a database is MLtraq's.</summary>
    public static bool IsMltraq(ForeignDatabase database) => database.Columns("experiments").Any(c => c.Name == "id_experiment");

    /// <summary>Its records.</summary>
    public static IEnumerable<ExchangeRecord> Read(ForeignDatabase database)
    {
        var experiments = database
            .Rows(
                "SELECT id_experiment, name, meta, fields, unsafe_pickle IS NOT NULL FROM experiments ORDER BY name",
                reader =>
                    (
                        Id: Uuid(reader.GetValue(0)),
                        Name: reader.GetString(1),
                        Meta: reader.GetValue(2) as byte[],
                        Fields: reader.GetValue(3) as byte[]
                    )
            )
            .ToList();
        foreach (var experiment in experiments)
        {
            var meta = Decoded(database, experiment.Name, "meta", experiment.Meta);
            var table =
                DataPak
                    .Members(DataPak.Members(meta).FirstOrDefault(m => m.Name == "runs").Value)
                    .FirstOrDefault(m => m.Name == "table_name")
                    .Value as string
                ?? Table(experiment.Name);
            var columns = database.Columns(table);
            var runs = columns.Count == 0 ? [] : Runs(database, experiment.Id, experiment.Name, table, columns).ToList();
            var created = runs.Select(r => r.Record.Created).DefaultIfEmpty(NodaConstants.UnixEpoch).Min();
            yield return new ExportedExperiment(experiment.Name)
            {
                Created = created,
                Updated = created,
                Extras = Object(
                    ("mltraq.id_experiment", JsonSerializer.Serialize(experiment.Id)),
                    ("fields", Fields(DataPak.Members(Decoded(database, experiment.Name, "fields", experiment.Fields))))),
            };
            foreach (var (run, sequences) in runs)
            {
                yield return run;
                foreach (var sequence in sequences) yield return sequence;
            }
        }
    }

    static IEnumerable<(ExportedRun Record, List<ExportedSequence> Sequences)> Runs(
        ForeignDatabase database, string experimentId, string experiment, string table, IReadOnlyList<(string Name, string Type)> columns)
    {
        var fields = columns.Where(c => c.Name is not ("id_experiment" or "id_run")).ToArray();
        var names = string.Join(", ", fields.Select(f => f.Name).Prepend("id_run").Prepend("id_experiment").Select(ForeignDatabase.Quote));
        var rows = database.Rows(
            $"SELECT {names} FROM {ForeignDatabase.Quote(table)} ORDER BY id_run",
            reader =>
                (
                    Experiment: Uuid(reader.GetValue(0)),
                    Run: Uuid(reader.GetValue(1)),
                    Values: fields.Select((f, i) => reader.GetValue(i + 2)).ToArray()
                )
        );
        foreach (var row in rows)
        {
            // Two experiments whose names are alike share a table.
            if (row.Experiment != experimentId) continue;
            var values = new List<(string Name, string Json)>();
            var sequences = new List<ExportedSequence>();
            string? name = null;
            long? first = null, last = null;
            for (var f = 0; f < fields.Length; f++)
            {
                var value = Native(database, experiment, fields[f], row.Values[f]);
                if (fields[f].Name == "name" && value is string text) name = text;
                if (Guarded(database, experiment, fields[f].Name, () => DataPak.Sequence(value)) is { } arrow)
                {
                    var read = Guarded(database, experiment, fields[f].Name, () => Rows(arrow));
                    if (read.Count > 0)
                    {
                        first = Math.Min(first ?? long.MaxValue, read.Min(r => r.TimestampUs));
                        last = Math.Max(last ?? long.MinValue, read.Max(r => r.TimestampUs));
                    }
                    sequences.AddRange(read.Count == 0
                        ? [new ExportedSequence(row.Run, fields[f].Name, [])]
                        : read.Chunk(Page).Select(page => new ExportedSequence(row.Run, fields[f].Name, page)));
                }
                else
                {
                    values.Add((fields[f].Name, Guarded(database, experiment, fields[f].Name, () => DataPak.Json(value))));
                }
            }
            var started = first is { } from ? Instant.FromUnixTimeTicks(from * 10) : (Instant?)null;
            var ended = last is { } to ? Instant.FromUnixTimeTicks(to * 10) : (Instant?)null;
            yield return (
                new ExportedRun(row.Run, experiment, name ?? row.Run)
                {
                    // Runs that were persisted had been executed.
                    Status = RunStatus.Completed,
                    Created = started ?? NodaConstants.UnixEpoch,
                    Started = started,
                    Updated = ended,
                    Ended = ended,
                    Extras =
                        values.Count == 0
                            ? "{}"
                            : Object(("fields", $"{{{string.Join(',', values.Select(v => $"{Member(v.Name)}:{v.Json}"))}}}")),
                },
                sequences);
        }
    }

    static List<ExportedRow> Rows(ArrowTable table)
    {
        var idx = table["idx"] ?? throw new FormatException("a sequence has no column 'idx'");
        var times = table["timestamp"] ?? throw new FormatException("a sequence has no column 'timestamp'");
        var columns = table.Columns.Where(c => c.Name is not ("idx" or "timestamp")).ToArray();
        var rows = new List<ExportedRow>(idx.Count);
        for (var i = 0; i < idx.Count; i++)
        {
            if (idx[i] is not long number) throw new FormatException("a row of a sequence has no number");
            var time = times[i] is Instant instant ? instant.ToUnixTimeTicks() / 10 : 0;
            var members = columns
                .Where(c => c.Values[i] is not (null or double.NaN))
                .Select(c => $"{Member(c.Name)}:{DataPak.Json(c.Values[i])}");
            rows.Add(new ExportedRow(number, time, time, $"{{{string.Join(',', members)}}}"));
        }
        return rows;
    }

    // A column of the database as a value: native types by the type of the column, everything else is in a DATAPAK.
    static object? Native(ForeignDatabase database, string experiment, (string Name, string Type) column, object value)
    {
        var type = column.Type.ToUpperInvariant();
        return value switch
        {
            DBNull => null,
            byte[] bytes when bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x80]) || bytes.AsSpan().StartsWith("C01"u8) => Decoded(
                database,
                experiment,
                column.Name,
                bytes
            ),
            byte[] bytes => bytes,
            long number when type.StartsWith("BOOL", StringComparison.Ordinal) => number != 0,
            int number => (long)number,
            short number => (long)number,
            float number => (double)number,
            decimal number => (double)number,
            DateTime time => time.ToString(
                time.TimeOfDay == TimeSpan.Zero && type == "DATE" ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.ffffff",
                CultureInfo.InvariantCulture
            ),
            bool or long or double or string => value,
            _ => value.ToString(),
        };
    }

    static object? Decoded(ForeignDatabase database, string experiment, string column, byte[]? bytes) =>
        bytes is null ? null : Guarded(database, experiment, column, () => DataPak.Read(bytes));

    static T Guarded<T>(ForeignDatabase database, string experiment, string column, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new TrackerException(
                TrackerFailure.BadExchange,
                $"'{database.Location}', experiment '{experiment}', field '{column}': {e.Message}",
                e
            );
        }
    }

    static string Fields(IEnumerable<(string Name, object? Value)> members) =>
        $"{{{string.Join(',', members.Select(m => $"{Member(m.Name)}:{DataPak.Json(m.Value)}"))}}}";

    static string Object(params (string Name, string Json)[] members) =>
        Json.Kept(
            $"{{{string.Join(',', members.Where(m => m.Json != "{}").Select(m => $"{JsonSerializer.Serialize(m.Name)}:{m.Json}"))}}}"
        );

    static string Member(string name) => JsonSerializer.Serialize(name.StartsWith('$') ? "$" + name : name);

    static string Uuid(object value) => value switch
    {
        Guid guid => guid.ToString("N"),
        string text when Guid.TryParse(text, out var guid) => guid.ToString("N"),
        _ => throw new FormatException($"'{value}' is no UUID"),
    };

    // How MLtraq makes the name of an experiment's table.
    static string Table(string experiment)
    {
        var name = new StringBuilder();
        foreach (var c in experiment)
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(char.ToLowerInvariant(c));
            else if (name.Length > 0 && name[^1] != '_') name.Append('_');
        }
        return "experiment_" + name.ToString().Trim('_');
    }
}
