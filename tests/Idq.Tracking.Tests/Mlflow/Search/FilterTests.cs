using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class FilterTests
{
    static IReadOnlyList<SearchClause> Parse(string filter) => SearchFilter.Parse(filter, SearchVocabulary.Runs);

    static SearchClause Number(SearchEntity entity, string key, SearchComparator comparator, double value) =>
        new(entity, key, comparator, [], value);

    static SearchClause Text(SearchEntity entity, string key, SearchComparator comparator, params string[] values) =>
        new(entity, key, comparator, values, 0);

    public static TheoryData<string, SearchClause[]> GoodFilters =>
        new()
        {
            { "metric.acc >= 0.94", [Number(SearchEntity.Metric, "acc", SearchComparator.GreaterOrEqual, 0.94)] },
            { "metric.acc>=100", [Number(SearchEntity.Metric, "acc", SearchComparator.GreaterOrEqual, 100)] },
            { "params.m!='tf'", [Text(SearchEntity.Param, "m", SearchComparator.NotEqual, "tf")] },
            { "params.\"m\"!='tf'", [Text(SearchEntity.Param, "m", SearchComparator.NotEqual, "tf")] },
            { "metric.\"legit name\" >= 0.243", [Number(SearchEntity.Metric, "legit name", SearchComparator.GreaterOrEqual, 0.243)] },
            { "metrics.XYZ = 3", [Number(SearchEntity.Metric, "XYZ", SearchComparator.Equal, 3)] },
            { "params.\"cat dog\" = 'pets'", [Text(SearchEntity.Param, "cat dog", SearchComparator.Equal, "pets")] },
            { "metrics.\"X-Y-Z\" = 3", [Number(SearchEntity.Metric, "X-Y-Z", SearchComparator.Equal, 3)] },
            { "metrics.\"X//Y#$$@&Z\" = 3", [Number(SearchEntity.Metric, "X//Y#$$@&Z", SearchComparator.Equal, 3)] },
            { "params.model = \"LinearRegression\"", [Text(SearchEntity.Param, "model", SearchComparator.Equal, "LinearRegression")] },
            {
                "metrics.rmse < 1 and params.model_class = \"LR\"",
                [
                    Number(SearchEntity.Metric, "rmse", SearchComparator.Less, 1),
                    Text(SearchEntity.Param, "model_class", SearchComparator.Equal, "LR"),
                ]
            },
            { "", [] },
            { "  \n ", [] },
            { "`metric`.a >= 0.1", [Number(SearchEntity.Metric, "a", SearchComparator.GreaterOrEqual, 0.1)] },
            {
                "`params`.model >= 'LR'".Replace(">=", "=", StringComparison.Ordinal),
                [Text(SearchEntity.Param, "model", SearchComparator.Equal, "LR")]
            },
            { "tags.version = 'commit-hash'", [Text(SearchEntity.Tag, "version", SearchComparator.Equal, "commit-hash")] },
            { "`tags`.source_name = 'a notebook'", [Text(SearchEntity.Tag, "source_name", SearchComparator.Equal, "a notebook")] },
            { "metrics.`spacey name` > 99", [Number(SearchEntity.Metric, "spacey name", SearchComparator.Greater, 99)] },
            { "params.`random_state` = '8888'", [Text(SearchEntity.Param, "random_state", SearchComparator.Equal, "8888")] },
            { "metrics.loss < -1.5e-3", [Number(SearchEntity.Metric, "loss", SearchComparator.Less, -1.5e-3)] },
            { "metrics.a.b.c = 1", [Number(SearchEntity.Metric, "a.b.c", SearchComparator.Equal, 1)] },
            { "attribute.artifact_uri = '1/23/4'", [Text(SearchEntity.Attribute, "artifact_uri", SearchComparator.Equal, "1/23/4")] },
            { "run.status = 'RUNNING'", [Text(SearchEntity.Attribute, "status", SearchComparator.Equal, "RUNNING")] },
            { "attr.run_id ilike 'a%'", [Text(SearchEntity.Attribute, "run_id", SearchComparator.ILike, "a%")] },
            { "run_id IN ('a', 'b')", [Text(SearchEntity.Attribute, "run_id", SearchComparator.In, "a", "b")] },
            { "run_id not  in ('a')", [Text(SearchEntity.Attribute, "run_id", SearchComparator.NotIn, "a")] },
            { "start_time >= 1234", [Number(SearchEntity.Attribute, "start_time", SearchComparator.GreaterOrEqual, 1234)] },
            { "created >= 1234", [Number(SearchEntity.Attribute, "start_time", SearchComparator.GreaterOrEqual, 1234)] },
            { "attributes.`Run name` = 'x'", [Text(SearchEntity.Attribute, "run_name", SearchComparator.Equal, "x")] },
            { "\"run name\" LIKE 'x%'", [Text(SearchEntity.Attribute, "run_name", SearchComparator.Like, "x%")] },
            {
                "datasets.name = 'd' AND dataset.context IN ('train', 'test')",
                [
                    Text(SearchEntity.Dataset, "name", SearchComparator.Equal, "d"),
                    Text(SearchEntity.Dataset, "context", SearchComparator.In, "train", "test"),
                ]
            },
            { "tags.t = 'it''s AND more'", [Text(SearchEntity.Tag, "t", SearchComparator.Equal, "it's AND more")] },
        };

    [Theory]
    [MemberData(nameof(GoodFilters))]
    public void Filter_is_read_as_its_terms(string filter, SearchClause[] clauses) => Assert.Equal(clauses, Parse(filter));

    [Theory]
    [InlineData("metric.acc >= 0.94; metrics.rmse < 1", "Search filter contained multiple expression")]
    [InlineData("m.acc >= 0.94", "Invalid entity type 'm'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']")]
    [InlineData("acc >= 0.94", "Invalid attribute key 'acc' specified. Valid keys are")]
    [InlineData("p.model >= 'LR'", "Invalid entity type")]
    [InlineData("attri.x != 1", "Invalid entity type")]
    [InlineData("a.x != 1", "Invalid entity type")]
    [InlineData("model >= 'LR'", "Invalid attribute key")]
    [InlineData("metrics.A > 0.1 OR params.B = 'LR'", "Invalid clause(s) in filter string: 'OR'")]
    [InlineData("metrics.A > 0.1 NAND params.B = 'LR'", "Invalid clause(s) in filter string")]
    [InlineData("metrics.A > 0.1 AND (params.B = 'LR')", "Invalid clause(s) in filter string")]
    [InlineData("metrics.A > 0.1 params.B = 'LR'", "Invalid clause(s) in filter string: 'params.B = 'LR''")]
    [InlineData("metrics.A > 0.1 AND", "Invalid clause(s) in filter string: 'AND'")]
    [InlineData("AND metrics.A > 0.1", "Invalid clause(s) in filter string: 'AND'")]
    [InlineData("`metrics.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("param`.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("`dummy.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("dummy`.A > 0.1", "Invalid clause(s) in filter string")]
    [InlineData("`metrics.A` > 0.1", "Invalid entity type '`metrics'")]
    [InlineData("attribute.start != 1", "Invalid attribute key")]
    [InlineData("attribute.experiment_id != 1", "Invalid attribute key")]
    [InlineData("attribute.lifecycle_stage = 'ACTIVE'", "Invalid attribute key")]
    [InlineData("attribute.name != 1", "Invalid attribute key")]
    [InlineData("attribute._status != 'RUNNING'", "Invalid attribute key")]
    [InlineData("attribute.status = true", "Invalid clause(s) in filter string")]
    [InlineData("dataset.status = 'true'", "Invalid dataset key")]
    [InlineData("dataset.profile = 'num_rows: 10'", "Invalid dataset key")]
    [InlineData("params.acc = LR", "value is either not quoted or unidentified quote types used for string value LR")]
    [InlineData("tags.acc = LR", "value is either not quoted or unidentified quote types")]
    [InlineData("params.acc = `LR`", "value is either not quoted or unidentified quote types")]
    [InlineData("params.'acc = LR", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = 'LR", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = LR'", "Invalid clause(s) in filter string")]
    [InlineData("params.acc = \"LR'", "Invalid clause(s) in filter string")]
    [InlineData("tags.acc = = 'LR'", "Invalid clause(s) in filter string")]
    [InlineData("attribute.status IS 'RUNNING'", "Invalid clause(s) in filter string")]
    [InlineData("params.acc LR !=", "Invalid clause(s) in filter string")]
    [InlineData("params.acc LR", "Invalid clause(s) in filter string")]
    [InlineData("metric.acc !=", "Invalid clause(s) in filter string")]
    [InlineData("acc != 1.0", "Invalid attribute key")]
    [InlineData("foo is null", "Invalid clause(s) in filter string")]
    [InlineData("1=1", "Expected 'Identifier' found '1'")]
    [InlineData("1==2", "Expected 'Identifier' found '1'")]
    [InlineData("1.0 > metrics.acc", "Expected 'Identifier' found '1.0'")]
    [InlineData("metric.model = 'LR'", "Expected numeric value type for metric. Found 'LR'")]
    [InlineData("metric.model = '5'", "Expected numeric value type for metric. Found '5'")]
    [InlineData("metrics.acc != metrics.acc", "Expected numeric value type for metric. Found metrics.acc")]
    [InlineData("params.acc = 5", "Expected a quoted string value for param")]
    [InlineData("tags.acc = 5", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5")]
    [InlineData("attribute.status = 1", "Expected a quoted string value for attributes. Got value 1")]
    [InlineData("start_time > 'x'", "Expected numeric value type for numeric attribute: start_time. Found 'x'")]
    [InlineData("run_id IN ()", "expected a non-empty list of string values")]
    [InlineData("run_id IN ('a', 1)", "got different type in list: 1")]
    [InlineData("metrics.a ~ 1.0", "Invalid comparator '~'")]
    [InlineData("metrics.a == 1.0", "Invalid comparator '=='")]
    [InlineData("params.a > 'x'", "Invalid comparator '>'")]
    [InlineData("tags.a <= 'x'", "Invalid comparator '<='")]
    [InlineData("tags.a NOT LIKE 'x'", "Invalid comparator 'NOT LIKE'")]
    [InlineData("attributes.status < 'x'", "Invalid comparator '<'")]
    [InlineData("start_time LIKE 5", "Invalid comparator 'LIKE'")]
    public void Bad_filter_is_refused_by_the_part_that_is_bad(string filter, string message)
    {
        Refusal refusal = Assert.Throws<Refusal>(() => Parse(filter));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Same(RefusalCode.InvalidParameterValue, refusal.Code);
    }

    [Fact]
    public void Only_the_part_that_is_bad_is_named() =>
        Assert.Equal(
            "Invalid clause(s) in filter string: 'OR'",
            Assert.Throws<Refusal>(() => Parse("metrics.A > 0.1 OR params.B = 'LR' AND tags.c = 'd'")).Message
        );

    [Theory]
    [InlineData("metrics.acc", SearchEntity.Metric, "acc", true)]
    [InlineData("metric.acc DESC", SearchEntity.Metric, "acc", false)]
    [InlineData("metrics.acc asc", SearchEntity.Metric, "acc", true)]
    [InlineData("params.`my param` DESC", SearchEntity.Param, "my param", false)]
    [InlineData("tag.\"my tag\"   desc", SearchEntity.Tag, "my tag", false)]
    [InlineData("start_time", SearchEntity.Attribute, "start_time", true)]
    [InlineData("attributes.Created DESC", SearchEntity.Attribute, "start_time", false)]
    [InlineData("run_id ASC", SearchEntity.Attribute, "run_id", true)]
    public void Order_is_read_as_key_and_direction(string order, SearchEntity entity, string key, bool ascending) =>
        Assert.Equal(new SearchOrder(entity, key, ascending), SearchFilter.ParseOrder(order, SearchVocabulary.Runs));

    [Theory]
    [InlineData("m.acc", "Invalid entity type")]
    [InlineData("acc", "Invalid attribute key")]
    [InlineData("attri.x", "Invalid entity type")]
    [InlineData("`metrics.A", "Invalid order_by clause")]
    [InlineData("`metrics.A`", "Invalid entity type")]
    [InlineData("attribute.start", "Invalid attribute key")]
    [InlineData("attribute.experiment_id", "Invalid attribute key")]
    [InlineData("metrics.A != 1", "Invalid order_by clause")]
    [InlineData("params.my_param ", "Invalid order_by clause")]
    [InlineData("", "Invalid order_by clause")]
    [InlineData("attribute.run_id ACS", "Invalid ordering key")]
    [InlineData("attribute.run_id decs", "Invalid ordering key")]
    [InlineData("metrics.a; DROP TABLE runs", "Invalid order_by clause")]
    public void Bad_order_is_refused(string order, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<Refusal>(() => SearchFilter.ParseOrder(order, SearchVocabulary.Runs)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Experiments_have_their_own_words()
    {
        Assert.Equal(
            [
                Text(SearchEntity.Attribute, "name", SearchComparator.Like, "a%"),
                Text(SearchEntity.Tag, "key", SearchComparator.Equal, "v"),
                Number(SearchEntity.Attribute, "last_update_time", SearchComparator.Greater, 5),
            ],
            SearchFilter.Parse("name LIKE 'a%' AND tags.key = 'v' AND attr.last_update_time > 5", SearchVocabulary.Experiments)
        );
        Assert.Equal(
            new SearchOrder(SearchEntity.Attribute, "experiment_id", false),
            SearchFilter.ParseOrder("experiment_id DESC", SearchVocabulary.Experiments)
        );
        Assert.Contains(
            "Invalid entity type 'metrics'",
            Assert.Throws<Refusal>(() => SearchFilter.Parse("metrics.a > 1", SearchVocabulary.Experiments)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Invalid attribute key 'run_id'",
            Assert.Throws<Refusal>(() => SearchFilter.Parse("run_id = 'a'", SearchVocabulary.Experiments)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_printed_is_read_back_the_same()
    {
        Gen<string> key = Gen.Elements("a", "acc", "a b", "x.y", "AND", "1st", "it's", "q\"q", "ü/ö");
        Gen<string> value = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        Gen<SearchClause> metric =
            from k in key
            from c in Gen.Elements(
                SearchComparator.Equal,
                SearchComparator.NotEqual,
                SearchComparator.Less,
                SearchComparator.GreaterOrEqual
            )
            from n in ArbMap.Default.GeneratorFor<NormalFloat>()
            select Number(SearchEntity.Metric, k, c, n.Get);
        Gen<SearchClause> text =
            from e in Gen.Elements(SearchEntity.Param, SearchEntity.Tag)
            from k in key
            from c in Gen.Elements(SearchComparator.Equal, SearchComparator.NotEqual, SearchComparator.Like, SearchComparator.ILike)
            from v in value
            select Text(e, k, c, v);
        Gen<SearchClause> list =
            from c in Gen.Elements(SearchComparator.In, SearchComparator.NotIn)
            from v in value.NonEmptyListOf()
            select Text(SearchEntity.Attribute, "run_id", c, [.. v]);
        Arbitrary<List<SearchClause>> filters = Gen.OneOf(metric, text, list).ListOf().ToArbitrary();
        Prop.ForAll(filters, clauses => Parse(string.Join(" AND ", clauses)).SequenceEqual(clauses)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_does_more_than_be_refused()
    {
        Gen<string> words = Gen.Elements(
                "metrics.",
                "a",
                "'",
                "\"",
                "`",
                "=",
                "!=",
                ">",
                " ",
                "AND",
                "NOT",
                "IN",
                "LIKE",
                "(",
                ")",
                ",",
                ";",
                "1",
                ".",
                "-",
                "e5",
                "\0",
                "é"
            )
            .ListOf()
            .Select(parts => string.Concat(parts));
        Gen<string> anything = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        Prop.ForAll(Gen.OneOf(words, anything).ToArbitrary(), text =>
        {
            foreach (var vocabulary in new[] { SearchVocabulary.Runs, SearchVocabulary.Experiments })
            {
                Try(() => SearchFilter.Parse(text, vocabulary));
                Try(() => SearchFilter.ParseOrder(text, vocabulary));
            }
        }).QuickCheckThrowOnFailure();

        static void Try(Func<object> read)
        {
            try
            {
                Assert.NotNull(read());
            }
            catch (Refusal refusal)
            {
                Assert.Equal(400, refusal.Code.Status);
            }
        }
    }

    [Fact]
    public void A_long_filter_is_read_in_time_that_grows_with_it()
    {
        var filter = string.Join(" AND ", Enumerable.Range(0, 20_000).Select(i => $"metrics.m{i} > {i}"));
        Assert.Equal(20_000, Parse(filter).Count);
        Assert.Throws<Refusal>(() => Parse(new string('(', 100_000)));
    }
}
