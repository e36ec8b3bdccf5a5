using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Webhooks: who is told of executions.</summary>
internal static class WebhooksApi
{
    private const string CreateNote = "It is told what happens from now on. The reply has its signing secret, once.";

    public static void MapWebhooks(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/webhooks", http => List(http, engine, workflowId: null)).Documented("listWebhooks", "List webhooks", "Newest first: those that were made here, and the URLs that executions named.")
            .Takes(Parameter.Limit, Parameter.Cursor, Parameter.ToldOfWorkflow, Parameter.WebhookSource).Answers<WebhookList>(200, "A page.").Refuses(400, 404);
        api.MapPost("/webhooks", http => Create(http, engine, workflowId: null)).Documented("createWebhook", "Make a webhook", CreateNote)
            .TakesBody<WebhookOfAnyBody>(required: true).Answers<WebhookCreatedReply>(201, "Made.", "Location").Refuses(400, 413, 415, 503);
        api.MapGet("/workflows/{workflow_id:wf}/webhooks", http => List(http, engine, http.Route("workflow_id"))).Documented("listWorkflowWebhooks", "List the webhooks of a workflow", "Newest first: all that are told of its executions, those for every workflow too.")
            .Takes(Parameter.WorkflowId, Parameter.Limit, Parameter.Cursor).Answers<WebhookList>(200, "A page.").Refuses(400, 404);
        api.MapPost("/workflows/{workflow_id:wf}/webhooks", http => Create(http, engine, http.Route("workflow_id"))).Documented("createWorkflowWebhook", "Make a webhook of a workflow", CreateNote)
            .Takes(Parameter.WorkflowId).TakesBody<WebhookBody>(required: true).Answers<WebhookCreatedReply>(201, "Made.", "Location").Refuses(400, 404, 413, 415, 503);
        api.MapGet("/webhooks/{webhook_id:we}", http => Get(http, engine)).Documented("getWebhook", "Get a webhook", "How it stands. Its secret is told only when it is made or changed.")
            .Takes(Parameter.WebhookId).Answers<WebhookDocument>(200, "The webhook.").Refuses(404);
        api.MapPatch("/webhooks/{webhook_id:we}", http => Change(http, engine)).Documented("changeWebhook", "Change a webhook", "What is left out stays. URL and events of a webhook that executions named cannot be changed.")
            .Takes(Parameter.WebhookId).TakesBody<WebhookChangeBody>(required: true).Answers<WebhookDocument>(200, "As it stands now.").Refuses(400, 404, 413, 415, 503);
        api.MapDelete("/webhooks/{webhook_id:we}", http => Delete(http, engine)).Documented("deleteWebhook", "Delete a webhook", "Messages that wait for it go with it; the log of executions keeps what has been sent.")
            .Takes(Parameter.WebhookId).Answers(204, "Deleted.").Refuses(404, 503);
    }

    /// <summary>A webhook as it is answered.</summary>
    public static WebhookDocument Document(Webhook webhook) => new(
        webhook.Id, webhook.Url, webhook.IsSubscription ? WebhookSource.Subscription : WebhookSource.Execution, webhook.WorkflowId, webhook.Events, webhook.Description,
        webhook.DisabledAt is null ? WebhookStatus.Enabled : WebhookStatus.Disabled, webhook.DisabledAt, webhook.DisabledReason, webhook.FailingSince,
        webhook.LastAttemptAt, webhook.LastAttemptSucceeded, webhook.HasSecret, webhook.PreviousSecretUntil, webhook.CreatedAt);

    private static async Task List(HttpContext http, WorkflowEngine engine, string? workflowId)
    {
        var query = new QueryReader(http);
        var (limit, cursor) = (query.Limit(), query.Cursor());
        var asked = workflowId is null
            ? new WebhookQuery(limit, cursor, WorkflowId: query.Text("workflow_id"), Subscriptions: query.Choice("source", "subscription", "execution") is { } source ? source == "subscription" : null)
            : new WebhookQuery(limit, cursor, WorkflowId: workflowId);
        if (await query.RefusedAsync()) return;
        var answer = await engine.ListWebhooksAsync(asked, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static page => new WebhookList([.. page.Items.Select(Document)], page.NextCursor), ApiJson.Default.WebhookList);
    }

    private static async Task Create(HttpContext http, WorkflowEngine engine, string? workflowId)
    {
        if (workflowId is not null && await engine.GetWorkflowAsync(workflowId, version: null, http.RequestAborted) is { Refusal: { } absent })
        {
            await ProblemReply.RefusedAsync(http, absent);
            return;
        }
        if (await RequestBody.ReadAsync(http, json => workflowId is null
            ? BodyObject.Read(json, "url", "workflow_id", "events", "description", "enabled")
            : BodyObject.Read(json, "url", "events", "description", "enabled")) is not { } body) return;
        var draft = new WebhookDraft
        {
            Url = body.Text("url"), WorkflowId = workflowId ?? body.Text("workflow_id"), Events = body.Texts("events"), Description = body.Text("description"), Enabled = body.Flag("enabled") ?? true,
        };
        if (await body.RefusedAsync(http, headers: null)) return;
        var answer = await engine.CreateWebhookAsync(draft, http.RequestAborted);
        if (answer.IsOk) http.Response.Headers.Location = $"/webhooks/{answer.Value.Webhook.Id}";
        await http.AnswerAsync(
            answer, StatusCodes.Status201Created, static made => new WebhookCreatedReply(made.Webhook.Id, made.Secret, Document(made.Webhook)), ApiJson.Default.WebhookCreatedReply);
    }

    private static async Task Get(HttpContext http, WorkflowEngine engine) => await AnswerAsync(http, await engine.GetWebhookAsync(http.Route("webhook_id"), http.RequestAborted));

    private static async Task Change(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "url", "events", "description", "enabled")) is not { } body) return;
        var change = new WebhookChange { Url = body.Text("url"), Events = body.Texts("events"), Description = body.Text("description"), Enabled = body.Flag("enabled") };
        if (await body.RefusedAsync(http, headers: null)) return;
        await AnswerAsync(http, await engine.ChangeWebhookAsync(http.Route("webhook_id"), change, http.RequestAborted));
    }

    private static async Task Delete(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.DeleteWebhookAsync(http.Route("webhook_id"), http.RequestAborted);
        if (answer.IsOk) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await ProblemReply.RefusedAsync(http, answer.Refusal);
    }

    /// <summary>Answers a webhook.</summary>
    public static Task AnswerAsync(HttpContext http, Answer<Webhook> answer) => http.AnswerAsync(answer, StatusCodes.Status200OK, Document, ApiJson.Default.WebhookDocument);
}
