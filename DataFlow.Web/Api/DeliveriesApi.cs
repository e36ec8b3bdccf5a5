using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>What became of the webhooks of an execution.</summary>
internal static class DeliveriesApi
{
    public static void MapDeliveries(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/executions/{execution_id:ex}/webhooks", http => List(http, engine)).Documented("listDeliveries", "List the webhook deliveries of an execution", "Oldest first, with every attempt.")
            .Takes(Parameter.ExecutionId).Answers<DeliveryList>(200, "All of them.").Refuses(404);
        api.MapPost("/executions/{execution_id:ex}/webhooks/{delivery_id}/redeliver", http => Redeliver(http, engine)).Documented("redeliver", "Deliver a webhook again", "With the same id and bytes.")
            .Takes(Parameter.ExecutionId, Parameter.DeliveryId).Answers<RedeliveryReply>(202, "It is due now.").Refuses(400, 404, 415, 503);
        api.MapGet("/executions/{execution_id:ex}/webhooks/secret", http => Secret(http, engine)).Documented("getWebhookSecret", "Get the signing secret of an execution's webhook", "Receivers check webhook-signature with it (Standard Webhooks). One for each URL.")
            .Takes(Parameter.ExecutionId).Answers<WebhookSecretReply>(200, "The secret.").Refuses(404);
    }

    private static async Task List(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.ListDeliveriesAsync(http.Route("execution_id"), http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static all => new DeliveryList([.. all.Select(Row)]), ApiJson.Default.DeliveryList);
    }

    /// <summary>A delivery as it is answered.</summary>
    public static DeliveryRow Row(WebhookDelivery row) => new(
        row.Id, row.WebhookId, row.ExecutionId, row.Type, row.Sequence, row.Url, row.Status, row.AttemptCount, row.CreatedAt, row.NextAttemptAt, [.. row.Attempts.Select(Row)]);

    private static DeliveryAttemptRow Row(DeliveryAttempt attempt) => new(attempt.At, attempt.DurationMilliseconds, attempt.StatusCode, attempt.Error, attempt.ResponseBody);

    private static async Task Redeliver(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        var delivery = http.Route("delivery_id");
        var answer = await engine.RedeliverAsync(http.Route("execution_id"), delivery, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status202Accepted, _ => new RedeliveryReply(delivery, DeliveryStatus.Pending), ApiJson.Default.RedeliveryReply);
    }

    private static async Task Secret(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.GetWebhookSecretAsync(http.Route("execution_id"), http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, static secret => new WebhookSecretReply(secret), ApiJson.Default.WebhookSecretReply);
    }
}
