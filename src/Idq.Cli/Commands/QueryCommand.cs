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
        return command.Prints((result, cancellationToken) =>
        {
            var read = configuration.Load(result);
            using var store = TrackerStore.OpenReadOnly(read.Tracker.Store);
            try
            {
                using var database = new QueryDatabase(read.General.Paths, store);
                return Task.FromResult(database.Query(result.Get(sql), Read, cancellationToken));
            }
            catch (DuckException e)
            {
                throw new UsageException($"the query failed: {e.Message}");
            }
        });
    }

    static Table Read(DuckResult rows)
    {
        var table = new Table([.. rows.Columns.Select(c => c.Name)]);
        foreach (var row in rows.Rows()) table.Add(row);
        return table;
    }
}
