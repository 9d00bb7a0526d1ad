using System.CommandLine;
using Idq.Tracking;

namespace Idq.Cli.Commands;

/// <summary>stream tracker sql: queries on the store's own tables.</summary>
static class TrackerSqlCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("SQL") { Description = "One query in the engine's SQL, or - for standard input" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many rows",
            HelpName = "N",
            DefaultValueFactory = _ => 10_000,
        };
        var timeout = new Option<double>("--timeout")
        {
            Description = "How long it may take, in seconds",
            HelpName = "S",
            DefaultValueFactory = _ => 60,
        };
        var command = new Command("sql", "Answers a query on the store's tables; it can only read") { sql, limit, timeout };
        var store = new StoreArgument(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                if (result.GetValue(limit) < 1)
                    throw new UsageException("--limit must be at least 1");
                if (result.GetValue(timeout) is not (> 0 and <= 86_400))
                    throw new UsageException("--timeout must be more than 0 and at most 86400 seconds");
                var text = result.GetValue(sql)!;
                if (text == "-")
                    text = await Console.In.ReadToEndAsync(cancellationToken);
                if (string.IsNullOrWhiteSpace(text))
                    throw new UsageException("there is no query");
                using var signals = new StopSignals(cancellationToken);
                using var opened = store.OpenReadOnly(result);
                try
                {
                    var answer = await Task.Run(
                        () => opened.Query(text, result.GetValue(limit), TimeSpan.FromSeconds(result.GetValue(timeout)), signals.Stopping),
                        CancellationToken.None
                    );
                    var table = new Table(Distinct(answer.Columns));
                    foreach (var row in answer.Rows)
                        table.Add([.. row.Select(TrackerCommand.Exact)]);
                    table.Write(Console.Out, result.GetValue(GlobalOptions.Output));
                    if (answer.IsCut)
                        Console.Error.WriteLine($"stream: only the first {answer.Rows.Count} rows; --limit gives more");
                    return ExitCode.Done;
                }
                catch (TimeoutException e)
                {
                    throw new DataException($"{e.Message}; --timeout gives more time", cause: e);
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(e.Message);
                }
            }
        );
        return command.WithExamples(
            "stream tracker sql --store sqlite:tracker.sqlite \"SELECT status, count(*) FROM runs GROUP BY status\"",
            "stream tracker sql --store sqlite:tracker.sqlite --output csv --limit 100 \"SELECT * FROM metrics ORDER BY run_id, step\"");
    }

    // Members of a JSON object need names of their own: of two columns id, the second is id_2.
    static string[] Distinct(IReadOnlyList<string> columns)
    {
        var taken = new HashSet<string>(columns, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. columns.Select(name =>
                seen.Add(name) ? name : Enumerable.Range(2, columns.Count).Select(n => $"{name}_{n}").First(taken.Add)
            ),
        ];
    }
}
