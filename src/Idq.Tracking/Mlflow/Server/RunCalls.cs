using System.Globalization;
using System.Text.Json;

namespace Idq.Tracking.Mlflow;

/// <summary>The requests on runs.</summary>
static class RunCalls
{
    const int MostResults = 50_000;
    const string UserTag = "mlflow.user";
    const string ModelHistoryTag = "mlflow.log-model.history";

    public static Answer Create(Call call)
    {
        var experiment = Call.ExperimentId(call.Fields.RequiredText("experiment_id"));
        var user = call.Fields.Text("user_id");
        var started = call.Fields.Long("start_time");
        var name = call.Fields.Text("run_name");
        var tags = RequestEntities.Tags(call.Fields, call.Limits);
        if (name is not null)
            name = RequestEntities.Tag("mlflow.runName", name, "run_name", call.Limits).Value;
        user = string.IsNullOrEmpty(user) ? tags.LastOrDefault(tag => tag.Key == UserTag).Value ?? call.UserName : user;
        call.RequireExperiment(experiment, Permission.Edit);
        TrackedRun run = call.Store.CreateTrackedRun(new TrackedRunDraft(experiment, name, user, started, tags), ServerRoom.ArtifactUri);
        return Shown(call, run);
    }

    public static Answer Get(Call call)
    {
        var id = call.Fields.RequiredRunId();
        call.RequireRun(id, Permission.Read);
        return Shown(call, call.Store.FindTrackedRun(id) ?? throw Refusal.UnknownRun(id));
    }

    public static Answer Update(Call call)
    {
        var id = call.Fields.RequiredRunId();
        RunStatus? status = Status(call.Fields.TextOrNumber("status"));
        var ended = call.Fields.Long("end_time");
        var name = call.Fields.Text("run_name");
        if (name is not null)
            name = RequestEntities.Tag("mlflow.runName", name, "run_name", call.Limits).Value;
        call.RequireRun(id, Permission.Edit);
        TrackedRun run = call.Store.UpdateTrackedRun(id, status, ended, name);
        return Answer.Json(writer =>
        {
            writer.WriteStartObject("run_info");
            writer.WriteRunInfo(run);
            writer.WriteEndObject();
        });
    }

    public static Answer Delete(Call call) => SetActive(call, isActive: false);

    public static Answer Restore(Call call) => SetActive(call, isActive: true);

    public static Answer LogMetric(Call call)
    {
        var id = call.Fields.RequiredRunId();
        return Log(call, id, new TrackedBatch([RequestEntities.Point(call.Fields, call.Limits)], [], []));
    }

    public static Answer LogParameter(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var key = call.Fields.RequiredText("key");
        return Log(call, id, new TrackedBatch([], [RequestEntities.Param(key, call.Fields.Text("value") ?? "", "", call.Limits)], []));
    }

    public static Answer SetTag(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var key = call.Fields.RequiredText("key");
        (key, var value) = RequestEntities.Tag(key, call.Fields.Text("value") ?? "", "", call.Limits);
        call.RequireRun(id, Permission.Edit);
        call.Store.SetTrackedRunTag(id, key, value);
        return Answer.Empty;
    }

    public static Answer DeleteTag(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var key = call.Fields.RequiredText("key");
        call.RequireRun(id, Permission.Edit);
        call.Store.DeleteTrackedRunTag(id, key);
        return Answer.Empty;
    }

    public static Answer LogBatch(Call call)
    {
        var id = call.Fields.RequiredRunId();
        IReadOnlyList<TrackedPoint> points = RequestEntities.Points(call.Fields, call.Limits);
        var tags = RequestEntities.Tags(call.Fields, call.Limits);
        // Doubled parameters are told after what is too many.
        var parameters = call.Fields.Objects("params").Count;
        RequestEntities.RequireAtMost(points.Count, call.Limits.Metrics, "metrics");
        RequestEntities.RequireAtMost(parameters, call.Limits.Params, "params");
        RequestEntities.RequireAtMost(tags.Count, call.Limits.Tags, "tags");
        RequestEntities.RequireAtMost(points.Count + parameters + tags.Count, call.Limits.Entities, "metrics, params, and tags");
        return Log(call, id, new TrackedBatch(points, RequestEntities.Params(call.Fields, call.Limits), tags));
    }

    public static Answer LogInputs(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var inputs = RequestEntities.Inputs(call.Fields, call.Limits);
        IReadOnlyList<TrackedModel> models = RequestEntities.Models(call.Fields, call.Limits, hasSteps: false);
        call.RequireRun(id, Permission.Edit);
        call.Store.LogTrackedInputs(id, inputs, models);
        return Answer.Empty;
    }

    public static Answer LogOutputs(Call call)
    {
        var id = call.Fields.RequiredRunId();
        IReadOnlyList<TrackedModel> models = RequestEntities.Models(call.Fields, call.Limits, hasSteps: true);
        if (models.Count == 0)
            throw Refusal.Missing("models");
        call.RequireRun(id, Permission.Edit);
        call.Store.LogTrackedOutputs(id, models);
        return Answer.Empty;
    }

    /// <summary>Keeps what a client says of a model in the tag that clients read it from.</summary>
    public static Answer LogModel(Call call)
    {
        var id = call.Fields.RequiredRunId();
        var model = call.Fields.RequiredText("model_json");
        call.RequireRun(id, Permission.Edit);
        TrackedRun run = call.Store.FindTrackedRun(id) ?? throw Refusal.UnknownRun(id);
        var history = run.Tags.LastOrDefault(tag => tag.Key == ModelHistoryTag).Value ?? "[]";
        try
        {
            using JsonDocument added = JsonDocument.Parse(model);
            if (added.RootElement.ValueKind != JsonValueKind.Object)
                throw Refusal.BadValue("model_json", model, "It must be a JSON object");
            using JsonDocument old = JsonDocument.Parse(history);
            call.Store.SetTrackedRunTag(
                id,
                ModelHistoryTag,
                JsonSerializer.Serialize(old.RootElement.EnumerateArray().Append(added.RootElement))
            );
        }
        catch (JsonException)
        {
            throw Refusal.Invalid("Malformed model info: it is not JSON");
        }

        return Answer.Empty;
    }

    public static Answer Search(Call call)
    {
        IReadOnlyList<string> ids = call.Fields.Texts("experiment_ids");
        var filter = call.Fields.Text("filter");
        TrackedView view = call.View("run_view_type");
        var limit = call.Fields.Long("max_results") ?? 1000;
        IReadOnlyList<string> order = call.Fields.Texts("order_by");
        PageToken page = PageToken.Parse(call.Fields.Text("page_token"));
        call.Fields.RequireWellFormed();
        if (limit is < 1 or > MostResults)
            throw Refusal.WrongType("max_results", JsonSerializer.SerializeToElement(limit));
        IReadOnlyList<SearchClause> clauses = SearchFilter.Parse(filter, SearchVocabulary.Runs);
        List<SearchOrder> keys = [.. order.Select(key => SearchFilter.ParseOrder(key, SearchVocabulary.Runs))];
        List<long> experiments = [.. ids.Select(Call.ExperimentId)];
        if (call.IsRestricted)
            experiments.RemoveAll(id =>
                call.Store.FindTrackedExperiment(id) is not { } experiment || !call.May(experiment, Permission.Read)
            );
        TrackedPage<TrackedRun> found = call.Store.SearchTrackedRuns(experiments, clauses, view, keys, (int)limit, page);
        return Answer.Json(writer =>
        {
            if (found.Items.Count > 0)
            {
                writer.WriteStartArray("runs");
                foreach (var run in found.Items)
                {
                    writer.WriteStartObject();
                    writer.WriteRun(run, call.ClampInfinity);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteOptional("next_page_token", found.Next?.ToString());
        });
    }

    static Answer Log(Call call, string id, TrackedBatch batch)
    {
        call.RequireRun(id, Permission.Edit);
        var resent = call.Store.LogTracked(id, batch);
        call.Room.Statistics.Logged(batch.Points.Count - resent, resent);
        call.Room.Live.Publish(id, batch.Points);
        return Answer.Empty;
    }

    static Answer SetActive(Call call, bool isActive)
    {
        var id = call.Fields.RequiredRunId();
        call.RequireRun(id, Permission.Manage);
        call.Store.SetTrackedRunActive(id, isActive);
        return Answer.Empty;
    }

    static Answer Shown(Call call, TrackedRun run) => Answer.Json(writer =>
    {
        writer.WriteStartObject("run");
        writer.WriteRun(run, call.ClampInfinity);
        writer.WriteEndObject();
    });

    static RunStatus? Status(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var name =
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1
            && number <= WireStatus.All.Length
                ? WireStatus.All[number - 1]
                : text;
        return WireStatus.Parse(name) ?? throw Refusal.BadValue("status", text, $"It must be one of {string.Join(", ", WireStatus.All)}");
    }
}
