using DataFlow.Engine;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>What can be done with a webhook: stop it, let it go on, try it, give it another secret, send again what failed.</summary>
internal static class WebhookSteeringApi
{
    public static void MapWebhookSteering(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/webhooks/{webhook_id:we}/enable", http => Switch(http, engine.EnableWebhookAsync)).Documented("enableWebhook", "Enable a webhook", "Everything that waits is due now, and its failures are forgotten.")
            .Takes(Parameter.WebhookId).Answers<WebhookDocument>(200, "As it stands now.").Refuses(400, 404, 413, 415, 503);
        api.MapPost("/webhooks/{webhook_id:we}/disable", http => Switch(http, engine.DisableWebhookAsync)).Documented("disableWebhook", "Disable a webhook", "Nothing is sent; messages wait until it is enabled.")
            .Takes(Parameter.WebhookId).Answers<WebhookDocument>(200, "As it stands now.").Refuses(400, 404, 413, 415, 503);
        api.MapPost("/webhooks/{webhook_id:we}/rotate-secret", http => Rotate(http, engine)).Documented("rotateWebhookSecret", "Give a webhook a new secret", "Messages carry a signature for each secret until the overlap ends. Works too when the secret before cannot be read any more.")
            .Takes(Parameter.WebhookId).TakesBody<WebhookRotationBody>(required: false).Answers<WebhookRotatedReply>(200, "The new secret, once.").Refuses(400, 404, 413, 415, 503);
        api.MapPost("/webhooks/{webhook_id:we}/test", http => Test(http, engine)).Documented("testWebhook", "Send a test message", "A signed webhook.test, sent once through the same queue; see what became of it at its delivery.")
            .Takes(Parameter.WebhookId).Answers<RedeliveryReply>(202, "It is due now.").Refuses(400, 404, 409, 413, 415, 503);
        api.MapPost("/webhooks/{webhook_id:we}/recover", http => Recover(http, engine)).Documented("recoverWebhook", "Send again what failed", "Every message that was given up and was made since a time gets its attempts anew. Enables the webhook.")
            .Takes(Parameter.WebhookId).TakesBody<WebhookRecoveryBody>(required: true).Answers<RecoveryReply>(202, "They are due now.").Refuses(400, 404, 413, 415, 503);
    }

    private static async Task Switch(HttpContext http, Func<string, CancellationToken, Task<Answer<Webhook>>> turn)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        await WebhooksApi.AnswerAsync(http, await turn(http.Route("webhook_id"), http.RequestAborted));
    }

    private static async Task Rotate(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "overlap")) is not { } body) return;
        var overlap = body.Seconds("overlap");
        if (await body.RefusedAsync(http, headers: null)) return;
        var answer = await engine.RotateWebhookSecretAsync(http.Route("webhook_id"), overlap, http.RequestAborted);
        await http.AnswerAsync(
            answer, StatusCodes.Status200OK, static made => new WebhookRotatedReply(made.Webhook.Id, made.Secret, made.Webhook.PreviousSecretUntil), ApiJson.Default.WebhookRotatedReply);
    }

    private static async Task Test(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        var answer = await engine.TestWebhookAsync(http.Route("webhook_id"), http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status202Accepted, static sent => new RedeliveryReply(sent.Id, sent.Status), ApiJson.Default.RedeliveryReply);
    }

    private static async Task Recover(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "since")) is not { } body) return;
        body.Require("since", "everything that failed from then on is sent again.");
        var since = body.Time("since");
        if (await body.RefusedAsync(http, headers: null)) return;
        var id = http.Route("webhook_id");
        var answer = await engine.RecoverWebhookAsync(id, since!.Value, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status202Accepted, count => new RecoveryReply(id, count), ApiJson.Default.RecoveryReply);
    }
}
