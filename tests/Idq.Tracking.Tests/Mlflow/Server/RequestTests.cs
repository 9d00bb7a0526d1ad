using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Idq.Tracking.Mlflow;

namespace Idq.Tracking.Tests.Mlflow;

public sealed class RequestTests
{
    static RequestFields Json(string body) => RequestFields.FromJson(Encoding.UTF8.GetBytes(body));

    static RequestFields Query(params (string Key, string[] Values)[] query) =>
        RequestFields.FromQuery(query.Select(pair => new KeyValuePair<string, IReadOnlyList<string>>(pair.Key, pair.Values)));

    static string Refused(Action read) => Assert.Throws<Refusal>(read).Message;

    [Fact]
    public void Json_is_read_even_when_it_is_wrapped_in_a_text()
    {
        Assert.Equal("x", Json("""{"name": "x", "unknown": {"deep": [1]}}""").RequiredText("name"));
        Assert.Equal("x", Json(JsonSerializer.Serialize("""{"name": "x"}""")).RequiredText("name"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("null")]
    [InlineData("{}")]
    public void No_body_has_no_parameters(string body)
    {
        RequestFields fields = Json(body);
        fields.RequireWellFormed();
        Assert.Equal(
            "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
            Refused(() => fields.RequiredText("name"))
        );
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("5")]
    [InlineData("\"{\"")]
    public void A_body_that_is_not_an_object_misses_its_parameters_first_and_is_refused_then(string body)
    {
        RequestFields fields = Json(body);
        Assert.Contains("Missing value", Refused(() => fields.RequiredText("name")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refused(fields.RequireWellFormed), StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_without_harm()
    {
        RequestFields fields = Json(string.Concat(Enumerable.Repeat("[", 100_000)));
        Assert.Contains("nested too deeply", Refused(fields.RequireWellFormed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"value": NaN}""")]
    [InlineData("""{"value": Infinity}""")]
    [InlineData("""{"value": -Infinity}""")]
    public void A_bare_nan_is_refused_by_name(string body) =>
        Assert.Contains("send them as texts", Refused(() => Json(body)), StringComparison.Ordinal);

    [Fact]
    public void The_word_nan_inside_a_text_is_a_text() =>
        Assert.Equal("NaN \" Infinity", Json("""{"value": "NaN \" Infinity"}""").Text("value"));

    [Theory]
    [InlineData("5", 5)]
    [InlineData("\"5\"", 5)]
    [InlineData("\"-5\"", -5)]
    [InlineData("5.0", 5)]
    [InlineData("1e3", 1000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("\"-9223372036854775808\"", long.MinValue)]
    public void Whole_numbers_come_as_numbers_or_texts(string json, long expected) =>
        Assert.Equal(expected, Json($$"""{"n": {{json}}}""").RequiredLong("n"));

    [Theory]
    [InlineData("1.5", "1.5", "float")]
    [InlineData("\"foo\"", "\"foo\"", "str")]
    [InlineData("9223372036854775808", "9223372036854775808", "int")]
    [InlineData("true", "true", "bool")]
    [InlineData("[1]", "[1]", "list")]
    [InlineData("{\"b\": 1, \"a\": \"é\"}", "{\"a\":\"\\u00e9\",\"b\":1}", "dict")]
    public void What_is_no_whole_number_is_refused_with_its_type(string json, string printed, string type) =>
        Assert.Equal(
            $"Invalid value {printed} for parameter 'n' supplied:  Hint: Value was of type '{type}'. See the API docs for more information "
                + "about request parameters.",
            Refused(() => Json($$"""{"n": {{json}}}""").Long("n"))
        );

    [Theory]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"Infinity\"", double.PositiveInfinity)]
    [InlineData("\"-Infinity\"", double.NegativeInfinity)]
    [InlineData("\"1.5\"", 1.5)]
    [InlineData("1e-320", 1e-320)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    public void Doubles_come_as_numbers_or_texts(string json, double expected) =>
        Assert.Equal(expected, Json($$"""{"n": {{json}}}""").RequiredDouble("n"));

    [Theory]
    [InlineData("1e999")]
    [InlineData("\"1e999\"")]
    [InlineData("\"nan\"")]
    [InlineData("\"inf\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"1,5\"")]
    [InlineData("true")]
    [InlineData("[]")]
    public void What_is_no_double_is_refused(string json) =>
        Assert.Contains("Invalid value", Refused(() => Json($$"""{"n": {{json}}}""").RequiredDouble("n")), StringComparison.Ordinal);

    [Fact]
    public void Every_double_survives_the_wire_bit_for_bit() => Prop.ForAll(ArbMap.Default.ArbFor<double>(), value =>
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, AnswerText.Options))
        {
            writer.WriteStartObject();
            writer.WriteDouble(JsonEncodedText.Encode("n"), value, clampInfinity: false);
            writer.WriteEndObject();
        }

        double back = RequestFields.FromJson(stream.ToArray()).RequiredDouble("n");
        return double.IsNaN(value) ? double.IsNaN(back) : BitConverter.DoubleToInt64Bits(back) == BitConverter.DoubleToInt64Bits(value);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_where_a_text_belongs_is_refused_with_its_value() =>
        Assert.Equal(
            "Invalid value 123 for parameter 'name' supplied:  Hint: Value was of type 'int'. See the API docs for more information about "
                + "request parameters.",
            Refused(() => Json("""{"name": 123}""").RequiredText("name"))
        );

    [Fact]
    public void A_text_with_nul_or_half_a_surrogate_is_refused()
    {
        Assert.Contains("NUL", Refused(() => Json("{\"name\": \"a\\u0000b\"}").RequiredText("name")), StringComparison.Ordinal);
        Assert.Contains("not Unicode", Refused(() => Json("{\"name\": \"\\ud800\"}").RequiredText("name")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_id_has_an_old_name()
    {
        Assert.Equal("a", Json("""{"run_uuid": "a"}""").RequiredRunId());
        Assert.Equal("b", Json("""{"run_uuid": "a", "run_id": "b"}""").RequiredRunId());
        Assert.Contains("'run_id'", Refused(() => Json("{}").RequiredRunId()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ids")]
    [InlineData("ids[]")]
    public void Lists_of_a_query_repeat_a_name(string name)
    {
        RequestFields fields = Query((name, ["1", "2"]), ("max_results", ["7"]));
        Assert.Equal(["1", "2"], fields.Texts("ids"));
        Assert.Equal(7, fields.Long("max_results"));
        Assert.Equal(["7"], fields.Texts("max_results"));
    }

    [Fact]
    public void Lists_of_a_query_may_be_numbered() => Assert.Equal(["1", "2"], Query(("ids[0]", ["1"]), ("ids[1]", ["2"])).Texts("ids"));

    [Fact]
    public void Lists_must_be_lists_and_hold_the_right_kind()
    {
        Assert.Equal(
            "Invalid value \"5\" for parameter 'tags' supplied:  Hint: Value was of type 'str'. See the API docs for more information "
                + "about request parameters.",
            Refused(() => Json("""{"tags": "5"}""").Objects("tags"))
        );
        Assert.Contains("Invalid value [5]", Refused(() => Json("""{"tags": [5]}""").Objects("tags")), StringComparison.Ordinal);
        Assert.Contains("Invalid value [5]", Refused(() => Json("""{"ids": [5]}""").Texts("ids")), StringComparison.Ordinal);
    }

    [Fact]
    public void No_body_does_more_than_be_refused() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body =>
    {
        try
        {
            RequestFields fields = RequestFields.FromJson(body ?? []);
            fields.RequireWellFormed();
        }
        catch (Refusal refusal)
        {
            Assert.Equal(400, refusal.Code.Status);
        }
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a", true)]
    [InlineData("Ab-5_", true)]
    [InlineData("a/b/c", true)]
    [InlineData("a.b.c", true)]
    [InlineData(".a", true)]
    [InlineData("b.", true)]
    [InlineData("a..a/._./o_O/.e.", true)]
    [InlineData("a b/c d", true)]
    [InlineData("a:b", true)]
    [InlineData("é", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("/", false)]
    [InlineData("..", false)]
    [InlineData("//", false)]
    [InlineData("a//b", false)]
    [InlineData("a/./b", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("\\", false)]
    [InlineData("./", false)]
    [InlineData("/./", false)]
    [InlineData("../a", false)]
    [InlineData("..a", false)]
    [InlineData("a'b", false)]
    [InlineData("a\"; DROP TABLE runs; --", false)]
    [InlineData("a\n", false)]
    public void Names_are_harmless_paths_of_harmless_characters(string name, bool good)
    {
        if (good)
            EntityNames.Require(name, "key", 250);
        else
            Assert.StartsWith("Invalid value ", Refused(() => EntityNames.Require(name, "key", 250)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_refused_with_the_limit() =>
        Assert.Equal(
            "'metrics[0].name' exceeds the maximum length of 250 characters",
            Refused(() => EntityNames.Require(new string('a', 251), "metrics[0].name", 250))
        );

    [Theory]
    [InlineData("a/../b", "b")]
    [InlineData("../a", "../a")]
    [InlineData("a/../../b", "../b")]
    [InlineData("/../a", "/a")]
    [InlineData("//a", "//a")]
    [InlineData("///a", "/a")]
    [InlineData("a/.", "a")]
    public void A_path_has_one_normal_form(string path, string normal)
    {
        Assert.Equal(normal, EntityNames.Normalize(path));
        Assert.Equal(normal, EntityNames.Normalize(normal));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("a-b_c", true)]
    [InlineData("", false)]
    [InlineData("_a", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    public void Run_ids_are_words(string id, bool good) => Assert.Equal(good, EntityNames.IsRunId(id));

    [Fact]
    public void Page_tokens_are_read_back()
    {
        Assert.Equal(new PageToken(12), PageToken.Parse(new PageToken(12).ToString()));
        Assert.Equal(new PageToken(12, "3:4:é"), PageToken.Parse(new PageToken(12, "3:4:é").ToString()));
        Assert.Equal("eyJvZmZzZXQiOiAxMn0=", new PageToken(12).ToString());
        Assert.Same(PageToken.Start, PageToken.Parse(null));
    }

    [Theory]
    [InlineData("?!", "Invalid page token, could not base64-decode")]
    [InlineData("abc", "Invalid page token, could not base64-decode")]
    [InlineData("aGVsbG8=", "Invalid page token, decoded value")]
    [InlineData("e30=", "Invalid page token, parsed value={}")]
    [InlineData("eyJvZmZzZXQiOiAtMX0=", "Invalid page token")]
    public void Bad_page_tokens_are_refused(string token, string message) =>
        Assert.Contains(message, Refused(() => PageToken.Parse(token)), StringComparison.Ordinal);

    [Fact]
    public void Refusals_are_json_with_code_message_and_class()
    {
        var refusal = Refusal.UnknownRun("a'b\"c");
        JsonElement body = JsonDocument.Parse(refusal.ToJson()).RootElement;
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", body.GetProperty("error_code").GetString());
        Assert.Equal("Run with id=a'b\"c not found", body.GetProperty("message").GetString());
        Assert.Equal("02000", body.GetProperty("sqlstate").GetString());
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", body.GetProperty("error_class").GetString());
        Assert.Contains("a'b\\\"c", Encoding.UTF8.GetString(refusal.ToJson()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INTERNAL_ERROR", 500)]
    [InlineData("INVALID_STATE", 500)]
    [InlineData("DATA_LOSS", 500)]
    [InlineData("NOT_IMPLEMENTED", 501)]
    [InlineData("TEMPORARILY_UNAVAILABLE", 503)]
    [InlineData("DEADLINE_EXCEEDED", 504)]
    [InlineData("REQUEST_LIMIT_EXCEEDED", 429)]
    [InlineData("RESOURCE_EXHAUSTED", 429)]
    [InlineData("CANCELLED", 499)]
    [InlineData("ABORTED", 409)]
    [InlineData("RESOURCE_CONFLICT", 409)]
    [InlineData("ALREADY_EXISTS", 409)]
    [InlineData("NOT_FOUND", 404)]
    [InlineData("ENDPOINT_NOT_FOUND", 404)]
    [InlineData("RESOURCE_DOES_NOT_EXIST", 404)]
    [InlineData("PERMISSION_DENIED", 403)]
    [InlineData("CUSTOMER_UNAUTHORIZED", 401)]
    [InlineData("UNAUTHENTICATED", 401)]
    [InlineData("BAD_REQUEST", 400)]
    [InlineData("RESOURCE_ALREADY_EXISTS", 400)]
    [InlineData("INVALID_PARAMETER_VALUE", 400)]
    public void Every_error_code_has_its_status(string name, int status) =>
        Assert.Equal(status, RefusalCode.All.Single(code => code.Name == name).Status);

    [Theory]
    [InlineData("d", "['d']")]
    [InlineData("it's", "[\"it's\"]")]
    [InlineData("it's \"x\"", "['it\\'s \"x\"']")]
    [InlineData("a\nb\\", "['a\\nb\\\\']")]
    public void Texts_are_printed_as_literals(string text, string printed) => Assert.Equal(printed, PythonText.Repr([text]));
}
