using System.CommandLine;

namespace Idq.Cli.Commands;

static class TrackerSqlCommand
{
    public static Command Create()
    {
        var command = new Command("sql", "Answers a query on the store's tables; it can only read").WithExamples(
            "--store sqlite:tracker.sqlite \"SELECT status, count(*) FROM runs GROUP BY status\"",
            "--store sqlite:tracker.sqlite --output csv --limit 100 \"SELECT * FROM metrics ORDER BY run_id, step\"");
        var sql = command.AddWord("SQL", "One query in the engine's SQL, or - for standard input");
        var limit = command.AddValue("--limit", "N", "At most so many rows", 10_000);
        var timeout = command.AddValue("--timeout", "S", "How long it may take, in seconds", 60.0);
        var store = new StoreArgument(command);
        return command.Prints(async (result, cancellationToken) =>
        {
            var most = result.GetChecked(limit, n => n >= 1, "at least 1");
            var longest = result.GetChecked(timeout, s => s is > 0 and <= 86_400, "more than 0 and at most 86400 seconds");
            var text = result.Get(sql);
            if (text == "-") text = await Console.In.ReadToEndAsync(cancellationToken);
            if (string.IsNullOrWhiteSpace(text)) throw new UsageException("there is no query");
            using var opened = store.OpenReadOnly(result);
            try
            {
                var answer = await UsageException.OfAsync(() =>
                    Declarations.StoppableAsync(stopping => opened.Query(text, most, TimeSpan.FromSeconds(longest), stopping)));
                var table = new Table(Distinct(answer.Columns));
                foreach (var row in answer.Rows) table.Add([.. row.Select(TrackerValues.Exact)]);
                if (answer.IsCut) Console.Error.WriteLine($"stream: only the first {answer.Rows.Count} rows; --limit gives more");
                return table;
            }
            catch (TimeoutException e)
            {
                throw new DataException($"{e.Message}; --timeout gives more time", cause: e);
            }
        });
    }

    // Members of a JSON object need names of their own: of two columns id, the second is id_2.
    static string[] Distinct(IReadOnlyList<string> columns)
    {
        var taken = new HashSet<string>(columns, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. columns.Select(name =>
                seen.Add(name) ? name : Enumerable.Range(2, columns.Count).Select(n => $"{name}_{n}").First(taken.Add)),
        ];
    }
}
