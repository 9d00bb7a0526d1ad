using System.Globalization;

namespace Idq.Tracking.Mlflow;

/// <summary>The requests on experiments.</summary>
static class ExperimentCalls
{
    const int MostResults = 50_000;

    public static Answer Create(Call call)
    {
        var name = call.Fields.RequiredText("name");
        var location = call.Fields.Text("artifact_location");
        var tags = RequestEntities.ExperimentTags(call.Fields, call.Limits);
        call.Fields.RequireWellFormed();
        RequireName(name, "name", call.Limits);
        RequireLocation(location);
        var id = call.Store.CreateTrackedExperiment(name, location, tags, call.UserName);
        return Answer.Json(writer => writer.WriteString("experiment_id", id.ToString(CultureInfo.InvariantCulture)));
    }

    public static Answer Get(Call call)
    {
        var id = Call.ExperimentId(call.Fields.RequiredText("experiment_id"));
        return Shown(call, call.Store.FindTrackedExperiment(id) ?? throw Refusal.UnknownExperiment($"{id}"));
    }

    public static Answer GetByName(Call call)
    {
        var name = call.Fields.RequiredText("experiment_name");
        return Shown(
            call,
            call.Store.FindTrackedExperiment(name) ?? throw Refusal.Unknown($"Could not find experiment with name '{name}'")
        );
    }

    public static Answer Search(Call call)
    {
        var limit = call.Fields.Long("max_results") ?? 0;
        var filter = call.Fields.Text("filter");
        IReadOnlyList<string> order = call.Fields.Texts("order_by");
        TrackedView view = call.View("view_type");
        PageToken page = PageToken.Parse(call.Fields.Text("page_token"));
        call.Fields.RequireWellFormed();
        if (limit < 1)
            throw Refusal.Invalid($"Invalid value {limit} for parameter 'max_results' supplied. It must be a positive integer");
        if (limit > MostResults)
            throw Refusal.Invalid($"Invalid value {limit} for parameter 'max_results' supplied. It must be at most {MostResults}");
        return Listed(Visible(
            call,
            SearchFilter.Parse(filter, SearchVocabulary.Experiments),
            view,
            [.. order.Select(key => SearchFilter.ParseOrder(key, SearchVocabulary.Experiments))],
            (int)limit,
            page));
    }

    /// <summary>The listing of clients before searching was there: everything at once.</summary>
    public static Answer List(Call call) =>
        Listed(
            Visible(
                call,
                [],
                call.View("view_type"),
                [],
                (int)Math.Clamp(call.Fields.Long("max_results") ?? MostResults, 1, MostResults),
                PageToken.Parse(call.Fields.Text("page_token"))
            )
        );

    public static Answer Update(Call call)
    {
        var id = call.Fields.RequiredText("experiment_id");
        var name = call.Fields.RequiredText("new_name");
        var number = Call.ExperimentId(id);
        RequireName(name, "new_name", call.Limits);
        call.RequireExperiment(number, Permission.Manage);
        call.Store.RenameTrackedExperiment(number, name);
        return Answer.Empty;
    }

    public static Answer Delete(Call call) => SetActive(call, isActive: false);

    public static Answer Restore(Call call) => SetActive(call, isActive: true);

    public static Answer SetTag(Call call)
    {
        var id = Call.ExperimentId(call.Fields.RequiredText("experiment_id"));
        (var key, var value) = RequestEntities.ExperimentTag(
            call.Fields.RequiredText("key"),
            call.Fields.Text("value") ?? "",
            "",
            call.Limits
        );
        call.RequireExperiment(id, Permission.Edit);
        call.Store.SetTrackedExperimentTag(id, key, value);
        return Answer.Empty;
    }

    public static Answer DeleteTag(Call call)
    {
        var id = Call.ExperimentId(call.Fields.RequiredText("experiment_id"));
        var key = call.Fields.RequiredText("key");
        call.RequireExperiment(id, Permission.Edit);
        call.Store.DeleteTrackedExperimentTag(id, key);
        return Answer.Empty;
    }

    static Answer SetActive(Call call, bool isActive)
    {
        var id = Call.ExperimentId(call.Fields.RequiredText("experiment_id"));
        call.RequireExperiment(id, Permission.Manage);
        call.Store.SetTrackedExperimentActive(id, isActive);
        return Answer.Empty;
    }

    static Answer Shown(Call call, TrackedExperiment experiment)
    {
        call.Require(experiment, Permission.Read);
        return Answer.Json(writer =>
        {
            writer.WriteStartObject("experiment");
            writer.WriteExperiment(experiment);
            writer.WriteEndObject();
        });
    }

    static Answer Listed(TrackedPage<TrackedExperiment> page) => Answer.Json(writer =>
    {
        if (page.Items.Count > 0)
        {
            writer.WriteStartArray("experiments");
            foreach (var experiment in page.Items)
            {
                writer.WriteStartObject();
                writer.WriteExperiment(experiment);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteOptional("next_page_token", page.Next?.ToString());
    });

    // Hidden experiments are passed over, so that a page is full while there is more to show.
    static TrackedPage<TrackedExperiment> Visible(
        Call call, IReadOnlyList<SearchClause> filter, TrackedView view, IReadOnlyList<SearchOrder> order, int limit, PageToken page)
    {
        if (!call.IsRestricted)
            return call.Store.SearchTrackedExperiments(filter, view, order, limit, page);
        var shown = new List<TrackedExperiment>();
        PageToken? next = page;
        while (next is { } token)
        {
            TrackedPage<TrackedExperiment> found = call.Store.SearchTrackedExperiments(filter, view, order, 1000, token);
            foreach ((var index, TrackedExperiment experiment) in found.Items.Index())
            {
                if (!call.May(experiment, Permission.Read))
                    continue;
                if (shown.Count == limit)
                    return new TrackedPage<TrackedExperiment>(
                        shown,
                        found.Next is { } after
                            ? after with
                            {
                                Offset = token.Offset + index,
                            }
                            : token with
                            {
                                Offset = token.Offset + index,
                            }
                    );
                shown.Add(experiment);
            }

            next = found.Next;
        }

        return new TrackedPage<TrackedExperiment>(shown, null);
    }

    static void RequireName(string name, string path, ServerLimits limits)
    {
        if (name.Length > limits.ExperimentName)
            throw Refusal.TooLong(path, limits.ExperimentName);
        if (string.IsNullOrWhiteSpace(name))
            throw Refusal.Invalid($"Invalid experiment name: '{name}'");
    }

    static void RequireLocation(string? location)
    {
        if (string.IsNullOrEmpty(location))
            return;
        if (location.StartsWith("runs:", StringComparison.Ordinal))
            throw Refusal.Invalid($"Artifact location cannot be a runs:/ URI. Given: '{location}'");
        if (location.Contains('#') || location.Contains(';'))
            throw Refusal.Invalid("'artifact_location' URL can't include fragments or params.");
        var query = location.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && Uri.UnescapeDataString(location[query..]).Contains("..", StringComparison.Ordinal))
            throw Refusal.Invalid("Invalid query string");
        if (location.StartsWith(ServerRoom.ArtifactScheme, StringComparison.Ordinal))
            ArtifactFolder.Safe(location[ServerRoom.ArtifactScheme.Length..].TrimStart('/'));
    }
}
