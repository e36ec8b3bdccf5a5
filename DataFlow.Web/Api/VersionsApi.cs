using System.Globalization;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Versions of a workflow. They never change.</summary>
internal static class VersionsApi
{
    public static void MapVersions(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/workflows/{workflow_id:wf}/versions", http => List(http, engine)).Documented("listVersions", "List the versions of a workflow", "Newest first.")
            .Takes(Parameter.WorkflowId, Parameter.Limit, Parameter.Cursor).Answers<VersionList>(200, "A page.").Refuses(400, 404);
        api.MapGet("/workflows/{workflow_id:wf}/versions/{version:int:min(1)}", http => Get(http, engine)).Documented("getVersion", "Get one version of a workflow", "It never changes.")
            .Takes(Parameter.WorkflowId, Parameter.Version).Answers<WorkflowDocument>(200, "The version.").Refuses(404);
    }

    private static async Task List(HttpContext http, WorkflowEngine engine)
    {
        var query = new QueryReader(http);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        if (await query.RefusedAsync()) return;
        var answer = await engine.ListVersionsAsync(http.Route("workflow_id"), limit, cursor, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static page => new VersionList([.. page.Items.Select(Row)], page.NextCursor), ApiJson.Default.VersionList);
    }

    private static VersionRow Row(WorkflowVersion row) => new(row.WorkflowId, row.Version, row.Name, row.CreatedAt);

    private static async Task Get(HttpContext http, WorkflowEngine engine)
    {
        var version = int.Parse(http.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture);
        var answer = await engine.GetWorkflowAsync(http.Route("workflow_id"), version, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, WorkflowsApi.Document, ApiJson.Default.WorkflowDocument);
    }
}
