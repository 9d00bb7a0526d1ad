using System.CommandLine;
using Idq.Data.DuckDb;
using Idq.Streaming;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream query: SQL over the products.</summary>
static class QueryCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("SQL") { Description = "DuckDB SQL over the views quivers, series, products and metrics" };
        var command = new Command("query", "Answers SQL over quivers, series, products and metrics") { sql };
        var configuration = new ConfigurationArguments(command);
        command.SetAction((result, cancellationToken) =>
        {
            var read = configuration.Load(result);
            using var store = TrackerStore.OpenReadOnly(read.Tracker.Store);
            try
            {
                using var database = new QueryDatabase(new ProductPath(read.General), store);
                using var rows = database.Query(result.GetValue(sql)!, cancellationToken);
                var table = new Table(rows.Columns.Select(c => c.Name).ToArray());
                foreach (var row in rows.Rows()) table.Add(row);
                table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
            }
            catch (DuckException e)
            {
                throw new UsageException($"the query failed: {e.Message}");
            }
            return Task.FromResult(ExitCode.Done);
        });
        return command.WithExamples(
            "stream query --ini idq.ini \"SELECT nickname, label, count(*), avg(rank) FROM quivers GROUP BY ALL\"",
            "stream query --ini idq.ini \"SELECT time, fap FROM series WHERE ok = 1 AND fap < 0.001 ORDER BY time\" --output csv");
    }
}
