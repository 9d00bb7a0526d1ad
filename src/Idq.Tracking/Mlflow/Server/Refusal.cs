using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>
/// A request that the server refuses. The message goes to the client as it is, so it holds only what the client sent or may know:
/// no SQL, no path of the server, no secret.
/// </summary>
public sealed class Refusal : Exception
{
    const string SeeDocs = " See the API docs for more information about request parameters.";

    public Refusal(RefusalCode code, string message)
        : base(message) => Code = code;

    /// <summary>The catalogue entry: error code and HTTP status.</summary>
    public RefusalCode Code { get; }

    /// <summary>A parameter that must be there is absent, null or empty.</summary>
    /// <param name="path">Where, such as <c>metrics[3].key</c>.</param>
    public static Refusal Missing(string path) =>
        Invalid($"Missing value for required parameter '{path}'." + SeeDocs);

    /// <summary>A parameter has the wrong type.</summary>
    public static Refusal WrongType(string path, JsonElement value) =>
        Invalid(
            $"Invalid value {PythonText.Dumps(value)} for parameter '{path}' supplied:  Hint: Value was of type "
                + $"'{PythonText.TypeName(value)}'."
                + SeeDocs
        );

    /// <summary>A parameter's value is not acceptable.</summary>
    public static Refusal BadValue(string path, string value, string reason) =>
        Invalid($"Invalid value {PythonText.Dumps(value)} for parameter '{path}' supplied: {reason}");

    /// <summary>A number is not acceptable.</summary>
    public static Refusal BadValue(string path, long value, string reason) =>
        Invalid($"Invalid value {value} for parameter '{path}' supplied: {reason}");

    /// <summary>A text is too long.</summary>
    public static Refusal TooLong(string path, int limit) => Invalid($"'{path}' exceeds the maximum length of {limit} characters");

    /// <summary>INVALID_PARAMETER_VALUE, status 400.</summary>
    public static Refusal Invalid(string message) => new(RefusalCode.InvalidParameterValue, message);

    /// <summary>RESOURCE_DOES_NOT_EXIST, status 404.</summary>
    public static Refusal Unknown(string message) => new(RefusalCode.ResourceDoesNotExist, message);

    /// <summary>No run has this id.</summary>
    public static Refusal UnknownRun(string runId) => Unknown($"Run with id={runId} not found");

    /// <summary>No experiment has this id.</summary>
    public static Refusal UnknownExperiment(string experimentId) => Unknown($"No Experiment with id={experimentId} exists");

    /// <summary>The body of the answer.</summary>
    public byte[] ToJson() => ToJson(Code, Message);

    /// <summary>The body of an answer that refuses.</summary>
    public static byte[] ToJson(RefusalCode code, string message)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, AnswerText.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("error_code", code.Name);
            writer.WriteString("message", message);
            writer.WriteString("sqlstate", code.SqlState);
            writer.WriteString("error_class", code.Name);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
