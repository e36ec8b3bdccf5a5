using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Executions: looked at, listed, cancelled, paused.</summary>
internal static class ExecutionsApi
{
    public static void MapExecutions(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/workflows/{workflow_id:wf}/executions", http => List(http, engine, ofWorkflow: true)).Documented("listWorkflowExecutions", "List the executions of a workflow", "Newest first.")
            .Takes(Parameter.WorkflowId, Parameter.Limit, Parameter.Cursor, Parameter.Status, Parameter.CreatedFrom, Parameter.CreatedTo, Parameter.Label, Parameter.ExecutionText)
            .Answers<ExecutionList>(200, "A page.").Refuses(400, 404);
        api.MapGet("/workflows/{workflow_id:wf}/executions/{execution_id:ex}", http => Get(http, engine)).Documented("getWorkflowExecution", "Get an execution of a workflow", "The execution document.")
            .Takes(Parameter.WorkflowId, Parameter.ExecutionId, Parameter.Include).Answers<ExecutionShape>(200, "As it stands.").Refuses(400, 404);
        api.MapGet("/executions", http => List(http, engine, ofWorkflow: false)).Documented("listExecutions", "List executions of all workflows", "Newest first.")
            .Takes(Parameter.Limit, Parameter.Cursor, Parameter.OfWorkflow, Parameter.Status, Parameter.CreatedFrom, Parameter.CreatedTo, Parameter.Label, Parameter.ExecutionText)
            .Answers<ExecutionList>(200, "A page.").Refuses(400, 404);
        api.MapGet("/executions/{execution_id:ex}", http => Get(http, engine)).Documented("getExecution", "Get an execution", "The execution document.")
            .Takes(Parameter.ExecutionId, Parameter.Include).Answers<ExecutionShape>(200, "As it stands.").Refuses(400, 404);
        api.MapPost("/executions/{execution_id:ex}/cancel", http => Command(http, engine.CancelAsync, EndedOrNot)).Documented("cancelExecution", "Cancel an execution", "It is CANCELLED within five seconds, whatever its tasks do.")
            .Takes(Parameter.ExecutionId).Answers<ExecutionShape>(200, "It is CANCELLED.").Answers<ExecutionShape>(202, "As it stands; the end follows.").Refuses(400, 404, 409, 415, 503);
        api.MapPost("/executions/{execution_id:ex}/pause", http => Command(http, engine.PauseAsync, Now)).Documented("pauseExecution", "Pause an execution", "No further task starts; those under way go on.")
            .Takes(Parameter.ExecutionId).Answers<ExecutionShape>(200, "As it stands.").Refuses(400, 404, 409, 415, 503);
        api.MapPost("/executions/{execution_id:ex}/resume", http => Command(http, engine.ResumeAsync, Now)).Documented("resumeExecution", "Resume a paused execution", "It goes on where it was.")
            .Takes(Parameter.ExecutionId).Answers<ExecutionShape>(200, "As it stands.").Refuses(400, 404, 409, 415, 503);
    }

    private static async Task Get(HttpContext http, WorkflowEngine engine)
    {
        var query = new QueryReader(http);
        var parts = query.Include();
        if (await query.RefusedAsync()) return;
        var workflowId = http.Request.RouteValues["workflow_id"] as string;
        var answer = await engine.GetExecutionAsync(workflowId, http.Route("execution_id"), http.RequestAborted);
        await DocumentAsync(http, answer, parts, Now);
    }

    private static async Task Command(HttpContext http, Func<string, CancellationToken, Task<Answer<Execution>>> command, Func<Execution, int> status)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        var answer = await command(http.Route("execution_id"), http.RequestAborted);
        await DocumentAsync(http, answer, DocumentParts.None, status);
    }

    private static async Task List(HttpContext http, WorkflowEngine engine, bool ofWorkflow)
    {
        var query = new QueryReader(http);
        var asked = new ExecutionQuery(
            query.Limit(), query.Cursor(), ofWorkflow ? http.Route("workflow_id") : query.Text("workflow_id"), query.Statuses(),
            query.Time("created_from"), query.Time("created_to"), query.Text("label"), query.Text("text"));
        if (await query.RefusedAsync()) return;
        var answer = await engine.ListExecutionsAsync(asked, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static page => new ExecutionList([.. page.Items.Select(Row)], page.NextCursor), ApiJson.Default.ExecutionList);
    }

    /// <summary>A row of a list.</summary>
    public static ExecutionRow Row(ExecutionSummary row) => new(
        row.Id, row.Status, row.CreatedAt, row.StartedAt, row.CompletedAt, row.WorkflowId, row.WorkflowVersion, row.WorkflowName,
        row.FailureCode is { } code ? new RowError(code, row.FailedRef) : null, row.Trigger, row.ReplayOf);

    /// <summary>200 when it has ended, 202 when the end is still to come.</summary>
    public static int EndedOrNot(Execution execution) => execution.IsFinished ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;

    private static int Now(Execution execution) => StatusCodes.Status200OK;

    /// <summary>Answers an execution document, or the refusal.</summary>
    public static Task DocumentAsync(HttpContext http, Answer<Execution> answer, DocumentParts parts, Func<Execution, int> status) =>
        answer.IsOk
            ? JsonReply.WriteAsync(http, status(answer.Value), JsonReply.MediaType, (execution: answer.Value, parts), static (writer, state) => ExecutionDocument.Write(writer, state.execution, state.parts))
            : ProblemReply.RefusedAsync(http, answer.Refusal);
}
