using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Definitions: saved, changed, checked, listed.</summary>
internal static class WorkflowsApi
{
    public static void MapWorkflows(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/workflows", http => Create(http, engine)).Documented("createWorkflow", "Save a new workflow", "The definition is checked completely before it is saved. It is not executed.")
            .TakesDefinition().Answers<WorkflowSavedReply>(201, "Saved as version 1.", "Location", "ETag").Refuses(400, 413, 415, 503);
        api.MapGet("/workflows", http => List(http, engine)).Documented("listWorkflows", "List workflows", "Newest first.")
            .Takes(Parameter.Limit, Parameter.Cursor, Parameter.WorkflowText, Parameter.Label).Answers<WorkflowList>(200, "A page.").Refuses(400);
        api.MapGet("/workflows/{workflow_id:wf}", http => Get(http, engine)).Documented("getWorkflow", "Get a workflow", "Its current version.")
            .Takes(Parameter.WorkflowId, Parameter.IfNoneMatch).Answers<WorkflowDocument>(200, "The current version.", "ETag").Answers(304, "It is still the version named by If-None-Match.").Refuses(404);
        api.MapPut("/workflows/{workflow_id:wf}", http => Update(http, engine)).Documented("updateWorkflow", "Save another version", "A new version is made only if the content changed. Executions under way keep theirs.")
            .Takes(Parameter.WorkflowId, Parameter.IfMatch).TakesDefinition().Answers<WorkflowSavedReply>(200, "Saved, or unchanged.", "ETag").Refuses(400, 404, 412, 413, 415, 503);
        api.MapDelete("/workflows/{workflow_id:wf}", http => Delete(http, engine)).Documented("deleteWorkflow", "Delete a workflow", "Its executions stay.")
            .Takes(Parameter.WorkflowId, Parameter.Force).Answers(204, "Deleted.").Refuses(400, 404, 409, 503);
        api.MapPost("/workflows/validate", http => Validate(http, engine)).Documented("validateWorkflow", "Check a definition without saving it", "Answers every problem at once; a definition with problems is still a 200.")
            .TakesDefinition().Answers<ValidationReply>(200, "What was found.").Refuses(413, 415);
    }

    private static async Task Create(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadDocumentAsync(http) is not { } definition) return;
        var answer = await engine.CreateWorkflowAsync(definition, http.RequestAborted);
        if (answer.IsOk) http.Response.Headers.Location = $"/workflows/{answer.Value.WorkflowId}";
        await Saved(http, answer, StatusCodes.Status201Created);
    }

    private static async Task Update(HttpContext http, WorkflowEngine engine)
    {
        List<ProblemEntry>? problems = null;
        var expected = RequestHeaders.ReadIfMatch(http.Request.Headers, ref problems);
        if (await RequestBody.ReadDocumentAsync(http) is not { } definition) return;
        if (problems is not null)
        {
            await ProblemReply.InvalidAsync(http, problems);
            return;
        }
        await Saved(http, await engine.UpdateWorkflowAsync(http.Route("workflow_id"), definition, expected, http.RequestAborted), StatusCodes.Status200OK);
    }

    private static Task Saved(HttpContext http, Answer<WorkflowSaved> answer, int status)
    {
        if (!answer.IsOk) return ProblemReply.RefusedAsync(http, answer.Refusal);
        var saved = answer.Value;
        http.Response.Headers.ETag = EntityTag.Of(saved.WorkflowVersion);
        return JsonReply.WriteAsync(http, status, new WorkflowSavedReply(saved.WorkflowId, saved.WorkflowVersion), ApiJson.Default.WorkflowSavedReply);
    }

    private static async Task Get(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.GetWorkflowAsync(http.Route("workflow_id"), version: null, http.RequestAborted);
        var tag = answer.IsOk ? EntityTag.Of(answer.Value.Version) : null;
        if (tag is not null) http.Response.Headers.ETag = tag;
        if (tag is not null && http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(tag)) http.Response.StatusCode = StatusCodes.Status304NotModified;
        else await http.AnswerAsync(answer, StatusCodes.Status200OK, Document, ApiJson.Default.WorkflowDocument);
    }

    /// <summary>A version as it is answered.</summary>
    public static WorkflowDocument Document(WorkflowVersion version) => new(version.WorkflowId, version.Version, version.CreatedAt, version.Definition);

    private static async Task List(HttpContext http, WorkflowEngine engine)
    {
        var query = new QueryReader(http);
        var asked = new WorkflowQuery(query.Limit(), query.Cursor(), query.Text("text"), query.Text("label"));
        if (await query.RefusedAsync()) return;
        var answer = await engine.ListWorkflowsAsync(asked, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static page => new WorkflowList([.. page.Items.Select(Row)], page.NextCursor), ApiJson.Default.WorkflowList);
    }

    private static WorkflowRow Row(WorkflowSummary row) => new(row.Id, row.Version, row.Name, row.Description, row.TaskCount, row.Labels, row.CreatedAt, row.UpdatedAt);

    private static async Task Delete(HttpContext http, WorkflowEngine engine)
    {
        var query = new QueryReader(http);
        var force = query.Flag("force");
        if (await query.RefusedAsync()) return;
        var answer = await engine.DeleteWorkflowAsync(http.Route("workflow_id"), force, http.RequestAborted);
        if (answer.IsOk) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await ProblemReply.RefusedAsync(http, answer.Refusal);
    }

    private static async Task Validate(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadDocumentAsync(http) is not { } definition) return;
        var found = engine.Validate(definition);
        var reply = new ValidationReply(found.Problems.IsEmpty, ProblemReply.Entries(found.Problems), found.Truncated);
        await JsonReply.WriteAsync(http, StatusCodes.Status200OK, reply, ApiJson.Default.ValidationReply);
    }
}
