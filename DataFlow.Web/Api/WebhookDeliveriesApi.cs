using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>What became of the messages to one webhook.</summary>
internal static class WebhookDeliveriesApi
{
    public static void MapWebhookDeliveries(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/webhooks/{webhook_id:we}/deliveries", http => List(http, engine)).Documented("listWebhookDeliveries", "List the deliveries of a webhook", "Newest first, with every attempt.")
            .Takes(Parameter.WebhookId, Parameter.Limit, Parameter.Cursor, Parameter.DeliveryStatus).Answers<WebhookDeliveryList>(200, "A page.").Refuses(400, 404);
        api.MapGet("/webhooks/{webhook_id:we}/deliveries/{delivery_id}", http => Get(http, engine)).Documented("getWebhookDelivery", "Get a delivery", "With the message as it is sent.")
            .Takes(Parameter.WebhookId, Parameter.DeliveryId).Answers<WebhookDeliveryDocument>(200, "The delivery.").Refuses(404);
        api.MapPost("/webhooks/{webhook_id:we}/deliveries/{delivery_id}/redeliver", http => Redeliver(http, engine)).Documented("redeliverOfWebhook", "Deliver a message of a webhook again", "With the same id and bytes, and its attempts anew.")
            .Takes(Parameter.WebhookId, Parameter.DeliveryId).Answers<RedeliveryReply>(202, "It is due now.").Refuses(400, 404, 413, 415, 503);
    }

    private static async Task List(HttpContext http, WorkflowEngine engine)
    {
        var query = new QueryReader(http);
        var (limit, cursor, status) = (query.Limit(), query.Cursor(), query.Choice("status", "PENDING", "DELIVERED", "FAILED"));
        if (await query.RefusedAsync()) return;
        var asked = new WebhookDeliveryQuery(limit, cursor, status is null ? null : Enum.Parse<DeliveryStatus>(status, ignoreCase: true));
        var answer = await engine.ListWebhookDeliveriesAsync(http.Route("webhook_id"), asked, http.RequestAborted);
        await http.AnswerAsync(
            answer, StatusCodes.Status200OK, static page => new WebhookDeliveryList([.. page.Items.Select(DeliveriesApi.Row)], page.NextCursor), ApiJson.Default.WebhookDeliveryList);
    }

    private static async Task Get(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.GetWebhookDeliveryAsync(http.Route("webhook_id"), http.Route("delivery_id"), http.RequestAborted);
        await http.AnswerAsync(
            answer, StatusCodes.Status200OK, static row => new WebhookDeliveryDocument(DeliveriesApi.Row(row), JsonElement.Parse(row.Body.Span)), ApiJson.Default.WebhookDeliveryDocument);
    }

    private static async Task Redeliver(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        var delivery = http.Route("delivery_id");
        var answer = await engine.RedeliverOfWebhookAsync(http.Route("webhook_id"), delivery, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status202Accepted, _ => new RedeliveryReply(delivery, DeliveryStatus.Pending), ApiJson.Default.RedeliveryReply);
    }
}
