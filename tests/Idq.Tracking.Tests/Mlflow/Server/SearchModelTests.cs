using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class SearchModelTestsOnSqlite() : SearchModelTests(TestEngine.Sqlite);

public sealed class SearchModelTestsOnPostgres() : SearchModelTests(TestEngine.Postgres);

/// <summary>Random filters and orders on random runs, beside a model in memory that knows nothing of SQL.</summary>
public abstract class SearchModelTests(TestEngine engine) : ServerFixture(engine)
{
    const int Runs = 40;
    const int Searches = 60;

    static readonly string[] Words =
    [
        "a",
        "A",
        "aB",
        "ab",
        "AB%",
        "a_b",
        "",
        "é",
        "É",
        "éa",
        "σας",
        "ΣΑΣ",
        "Σασ",
        "ж",
        "Ж",
        "\u0130",
        "i\u0307",
        "ı",
        "I",
        "😀",
        "😀b",
        "𐐀",
        "𐐨",
        "ß",
        "ẞ",
        "[a]",
        "*",
        "?",
        "\\",
        "\\%",
        "it's",
        "\uffff",
        "Ǆ",
        "ǆ",
        "ﬀ",
        "Å",
        "\u212b",
    ];

    static readonly string[] Patterns =
    [
        "%",
        "_",
        "__",
        "%a%",
        "A%",
        "%b",
        "a_b",
        "É%",
        "%é",
        "σ_ς",
        "%ΣΑΣ%",
        "ж",
        "\u0130",
        "i%",
        "😀_",
        "_b",
        "%😀%",
        "𐐀",
        "[A]",
        "*",
        "?",
        "\\_",
        "\\%",
        "IT''S",
        "%ẞ%",
        "Ǆ",
        "\u212b",
        "å",
        "",
        "%%",
        "_%_",
    ];

    static readonly double[] Values = [0, 1, -1, 0.5, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 5e-324];

    sealed record Known(
        string Id,
        string Name,
        string User,
        string Status,
        long Start,
        long? End,
        Dictionary<string, double> Metrics,
        Dictionary<string, string> Params,
        Dictionary<string, string> Tags,
        string? Dataset
    );

    static T Of<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    async Task<List<Known>> Populate(Random random)
    {
        var runs = new List<Known>();
        for (var i = 0; i < Runs; i++)
        {
            var name = Of(random, Words) is { Length: > 0 } word ? word : "none";
            var user = Of(random, Words);
            long start = random.Next(5);
            var id = RunId(
                await Post(
                    "runs/create",
                    new
                    {
                        experiment_id = "0",
                        run_name = name,
                        user_id = user,
                        start_time = start,
                    }
                )
            );
            Dictionary<string, string> Some(string prefix) =>
                Enumerable.Range(0, 3).Where(_ => random.Next(3) > 0).ToDictionary(k => $"{prefix}{k}", _ => Of(random, Words));
            var parameters = Some("p");
            var tags = Some("t");
            // Several points of a metric in an order of chance: the latest counts, of one step and time the greatest, NaN above all.
            List<(string Key, double Value, long Time, long Step)> points =
            [
                .. Enumerable
                    .Range(0, 6)
                    .Select(_ => ($"m{random.Next(3)}", Of(random, Values), (long)random.Next(2), (long)random.Next(-1, 2))),
            ];
            foreach (var part in points.Chunk(4))
            {
                await Post(
                    "runs/log-batch",
                    new
                    {
                        run_id = id,
                        metrics = part.Select(point => new
                        {
                            key = point.Key,
                            value = double.IsFinite(point.Value)
                                ? (object)point.Value
                                : point.Value.ToString(CultureInfo.InvariantCulture) switch
                                {
                                    "NaN" => "NaN",
                                    _ => point.Value > 0 ? "Infinity" : "-Infinity",
                                },
                            timestamp = point.Time,
                            step = point.Step,
                        }),
                        @params = parameters.Select(pair => new { key = pair.Key, value = pair.Value }),
                        tags = tags.Select(pair => new { key = pair.Key, value = pair.Value }),
                    }
                );
            }

            var status = Of(random, ["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED"]);
            long? end = status is "FINISHED" or "FAILED" or "KILLED" ? random.Next(5) : null;
            if (status != "RUNNING")
                await Post("runs/update", new { run_id = id, status, end_time = end });
            var dataset = random.Next(3) == 0 ? null : Of(random, Words) is { Length: > 0 } given ? given : "d";
            if (dataset is not null)
                await Post(
                    "runs/log-inputs",
                    new
                    {
                        run_id = id,
                        datasets = new[]
                        {
                            new
                            {
                                dataset = new
                                {
                                    name = dataset,
                                    digest = "1",
                                    source_type = "s",
                                    source = "s",
                                },
                            },
                        },
                    }
                );
            Dictionary<string, double> latest = points
                .GroupBy(point => point.Key)
                .ToDictionary(
                    group => group.Key,
                    group =>
                        group
                            .OrderBy(point => point.Step)
                            .ThenBy(point => point.Time)
                            .ThenBy(point => double.IsNaN(point.Value))
                            .ThenBy(point => point.Value)
                            .Last()
                            .Value
                );
            runs.Add(new Known(id, name, user, status, start, end, latest, parameters, tags, dataset));
        }

        return runs;
    }

    static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static string Fold(string text) => text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant().Replace('ς', 'σ');

    static bool Matches(string text, string pattern, bool ignoreCase)
    {
        (text, pattern) = ignoreCase ? (Fold(text), Fold(pattern)) : (text, pattern);
        // A character is one, also where it takes two units.
        const string any = @"(?>[\ud800-\udbff][\udc00-\udfff]|[\s\S])";
        var expression = string.Concat(
            pattern.Select(c =>
                c switch
                {
                    '%' => $"(?:{any})*",
                    '_' => any,
                    _ => Regex.Escape(c.ToString()),
                }
            )
        );
        return Regex.IsMatch(text, $@"\A{expression}\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
    }

    (string Text, Func<Known, bool> Holds) Clause(Random random)
    {
        string Sign(params string[] signs) => Of(random, signs);
        (string, Func<Known, bool>) OnText(string name, Func<Known, string?> text, params string[] signs)
        {
            var sign = Sign(signs);
            if (sign is "LIKE" or "ILIKE")
            {
                var pattern = Of(random, Patterns).Replace("''", "'", StringComparison.Ordinal);
                return ($"{name} {sign} {Quoted(pattern)}", run => text(run) is { } value && Matches(value, pattern, sign == "ILIKE"));
            }

            if (sign is "IN" or "NOT IN")
            {
                string[] some = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Of(random, Words))];
                return (
                    $"{name} {sign} ({string.Join(", ", some.Select(Quoted))})",
                    run => text(run) is { } value && some.Contains(value) == (sign == "IN")
                );
            }

            var word = Of(random, Words);
            return ($"{name} {sign} {Quoted(word)}", run => text(run) is { } value && (value == word) == (sign == "="));
        }

        (string, Func<Known, bool>) OnNumber(string name, Func<Known, double?> number, double[] among)
        {
            var sign = Sign("=", "!=", "<", "<=", ">", ">=");
            double limit = Of(random, among);
            return ($"{name} {sign} {limit.ToString("R", CultureInfo.InvariantCulture)}", run => number(run) is { } value && sign switch
            {
                "=" => value == limit,
                "!=" => value != limit,
                "<" => value < limit,
                "<=" => value <= limit,
                ">" => value > limit,
                _ => value >= limit,
            });
        }

        var key = random.Next(3).ToString(CultureInfo.InvariantCulture);
        string[] plain = ["=", "!=", "LIKE", "ILIKE"];
        string[] lists = [.. plain, "IN", "NOT IN"];
        double[] finite = [.. Values.Where(double.IsFinite)];
        return random.Next(8) switch
        {
            0 => OnNumber($"metrics.m{key}", run => run.Metrics.TryGetValue($"m{key}", out double value) ? value : null, finite),
            1 => OnText($"params.`p{key}`", run => run.Params.GetValueOrDefault($"p{key}"), plain),
            2 => OnText($"tags.t{key}", run => run.Tags.GetValueOrDefault($"t{key}"), plain),
            3 => OnText("attributes.run_name", run => run.Name, lists),
            4 => OnText("user_id", run => run.User, lists),
            5 => OnNumber("start_time", run => run.Start, [0, 1, 2, 2.5, 3, 4, -1]),
            6 => OnNumber("attr.end_time", run => run.End, [0, 1, 2.5, 4]),
            _ => OnText("dataset.name", run => run.Dataset, lists),
        };
    }

    // What is absent comes last in both directions, after NaN.
    static (string Text, Comparison<Known> Compare) Order(Random random)
    {
        var descends = random.Next(2) == 0;
        var key = random.Next(3).ToString(CultureInfo.InvariantCulture);
        Comparison<Known> Numbers(Func<Known, double?> number) =>
            (a, b) =>
            {
                (double? x, double? y) = (number(a), number(b));
                int Rank(double? value) =>
                    value is null ? 2
                    : double.IsNaN(value.Value) ? 1
                    : 0;
                return Rank(x) != Rank(y) ? Rank(x).CompareTo(Rank(y))
                    : Rank(x) > 0 ? 0
                    : descends ? y!.Value.CompareTo(x!.Value)
                    : x!.Value.CompareTo(y!.Value);
            };
        Comparison<Known> Texts(Func<Known, string?> text) =>
            (a, b) =>
            {
                (string? x, string? y) = (text(a), text(b));
                if (x is null || y is null)
                    return (x is null).CompareTo(y is null);
                var order = Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
                return descends ? -order : order;
            };
        (string name, Comparison<Known> compare) = random.Next(6) switch
        {
            0 => ($"metrics.m{key}", Numbers(run => run.Metrics.TryGetValue($"m{key}", out double value) ? value : null)),
            1 => ($"params.p{key}", Texts(run => run.Params.GetValueOrDefault($"p{key}"))),
            2 => ($"tags.\"t{key}\"", Texts(run => run.Tags.GetValueOrDefault($"t{key}"))),
            3 => ("attributes.run_name", Texts(run => run.Name)),
            4 => ("end_time", Numbers(run => run.End)),
            _ => ("attributes.status", Texts(run => run.Status)),
        };
        return ($"{name} {(descends ? "DESC" : "ASC")}", compare);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_found_and_its_order_and_its_pages_are_those_of_the_model(int seed)
    {
        var random = new Random(seed);
        var runs = await Populate(random);
        var found = 0;
        for (var i = 0; i < Searches; i++)
        {
            List<(string Text, Func<Known, bool> Holds)> clauses = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Clause(random))];
            List<(string Text, Comparison<Known> Compare)> orders = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Order(random))];
            var filter = string.Join(" AND ", clauses.Select(clause => clause.Text));
            List<Known> expected = [.. runs.Where(run => clauses.TrueForAll(clause => clause.Holds(run)))];
            expected.Sort(
                (a, b) =>
                    orders.Select(order => order.Compare(a, b)).FirstOrDefault(sign => sign != 0) is var sign and not 0 ? sign
                    : a.Start != b.Start ? b.Start.CompareTo(a.Start)
                    : string.CompareOrdinal(a.Id, b.Id)
            );
            found += expected.Count;
            var limit = random.Next(2) == 0 ? 1000 : random.Next(1, 15);
            var ids = new List<string>();
            string? token = null;
            do
            {
                var page = await Post(
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        filter,
                        order_by = orders.Select(order => order.Text),
                        max_results = limit,
                        page_token = token,
                    }
                );
                var part = page["runs"]?.AsArray() ?? [];
                Assert.InRange(part.Count, 0, limit);
                ids.AddRange(part.Select(run => run!["info"]!["run_id"]!.GetValue<string>()));
                token = page["next_page_token"]?.GetValue<string>();
            }
            while (token is not null);

            string Shown(IEnumerable<string> list) => string.Join(' ', list.Select(id => runs.FindIndex(run => run.Id == id)));
            Assert.True(
                Shown(expected.Select(run => run.Id)) == Shown(ids),
                $"{filter} | {string.Join(", ", orders.Select(order => order.Text))} | {limit}\n"
                    + $"expected {Shown(expected.Select(run => run.Id))}\nfound    {Shown(ids)}"
            );
        }

        // Filters that find nothing would prove nothing.
        Assert.True(found > Searches * 3, $"{found}");
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task Runs_and_experiments_that_are_made_while_pages_are_turned_change_no_page()
    {
        List<string> runs = [];
        for (var i = 0; i < 7; i++)
            runs.Add(await NewRun(start: i));
        runs.Reverse();
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await Post("runs/search", new { experiment_ids = new[] { "0" }, max_results = 2, page_token = token });
            seen.AddRange(page["runs"]!.AsArray().Select(run => run!["info"]!["run_id"]!.GetValue<string>()));
            token = page["next_page_token"]?.GetValue<string>();
            // The youngest come first, so that these would push the others on.
            await NewRun(start: 100);
        }
        while (token is not null);
        Assert.Equal(runs, seen);

        var first = await NewExperiment("first");
        var experiments = new List<string>();
        token = null;
        for (var i = 0; ; i++)
        {
            Clock.Advance(NodaTime.Duration.FromSeconds(1));
            var page = await Post("experiments/search", new { max_results = 1, page_token = token });
            experiments.AddRange(page["experiments"]!.AsArray().Select(one => one!["experiment_id"]!.GetValue<string>()));
            if ((token = page["next_page_token"]?.GetValue<string>()) is null)
                break;
            await NewExperiment($"later {i}");
        }

        Assert.Equal([first, "0"], experiments.OrderDescending());

        // Tokens of MLflow, which only count, are understood; those of another listing are not.
        Assert.Equal(2, (
                await Post(
                    "runs/search",
                    new
                    {
                        experiment_ids = new[] { "0" },
                        max_results = 2,
                        page_token = "eyJvZmZzZXQiOiAyfQ==",
                    }
                )
            )["runs"]!.AsArray().Count);
        var other = Convert.ToBase64String("""{"offset": 2, "after": "1:2:0"}"""u8);
        Assert.Contains(
            "another listing",
            await RefusedPost("runs/search", new { experiment_ids = new[] { "0" }, page_token = other }),
            StringComparison.Ordinal
        );
    }
}
