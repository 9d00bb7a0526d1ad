using System.CommandLine;
using Idq.Data.DuckDb;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli.Commands;

static class QueryCommand
{
    public static Command Create()
    {
        var command = new Command("query", "Answers SQL over quivers, series, products and metrics").WithExamples(
            "--ini idq.ini \"SELECT nickname, label, count(*), avg(rank) FROM quivers GROUP BY ALL\"",
            "--ini idq.ini \"SELECT time, fap FROM series WHERE ok = 1 AND fap < 0.001 ORDER BY time\" --output csv");
        var sql = command.AddWord("SQL", "DuckDB SQL over the views quivers, series, products and metrics");
        var configuration = new ConfigurationArguments(command);
        return command.Prints(async (result, cancellationToken) =>
        {
            // It opens while the configuration and the store are read: either takes a tenth of a second.
            var engine = Task.Run(() => QueryEngine.OpenFor(result.Get(sql)), cancellationToken);
            var place = configuration.Locate(result);
            using var store = TrackerStore.OpenReadOnly(place.Store);
            try
            {
                using var database = new QueryDatabase(place.Paths, store, await engine.ConfigureAwait(false));
                var table = database.Query(result.Get(sql), Read, cancellationToken);
                Warn(place, database.Missing, "are in the ledger and not on disk");
                Warn(place, database.Damaged, "are damaged (their SHA-256 is not that of the ledger, or they may not be read)");
                return table;
            }
            catch (DuckException e)
            {
                throw new UsageException($"the query failed: {e.Message}");
            }
        });
    }

    static void Warn(AnalysisPlace place, IReadOnlyCollection<string> files, string what)
    {
        if (files.Count == 0) return;
        Console.Error.WriteLine(
            $"stream: the answer lacks the rows of {files.Count} files that {what}, such as '{place.Paths.Absolute(files.First())}'; "
                + "restore them");
    }

    static Table Read(DuckResult rows)
    {
        var table = new Table([.. rows.Columns.Select(c => c.Name)]);
        foreach (var row in rows.Rows()) table.Add(row);
        return table;
    }
}
