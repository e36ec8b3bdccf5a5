using System.Net;
using DataFlow.Engine;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookRegisterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_to_a_subscription_is_signed_with_its_own_secret()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        await harness.CommitAsync(webhookId: made.Webhook.Id);

        AssertSignedBy(made.Secret, await harness.Receiver.NextAsync());
        await harness.CommitAsync();
        Assert.False(Accepts(made.Secret, await harness.Receiver.NextAsync()));
    }

    [Fact]
    public async Task A_rotation_signs_with_both_secrets_for_a_day_and_then_with_the_new_one()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        var rotated = (await harness.Register.RotateAsync(made.Webhook.Id, null, Token)).Value!;
        await harness.CommitAsync(webhookId: made.Webhook.Id);
        var during = await harness.Receiver.NextAsync();
        await harness.Store.NextAsync();
        harness.Advance(TimeSpan.FromDays(1));
        await harness.CommitAsync(webhookId: made.Webhook.Id);
        var after = await harness.Receiver.NextAsync();

        Assert.Equal(during.At.AddDays(1), rotated.Webhook.PreviousSecretUntil);
        AssertSignedBy(made.Secret, during);
        AssertSignedBy(rotated.Secret, during);
        AssertSignedBy(rotated.Secret, after);
        Assert.False(Accepts(made.Secret, after));
        Assert.Single(after.Signature.Split(' '));
    }

    [Fact]
    public async Task A_lost_key_is_told_and_a_new_secret_sends_what_waits_at_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        harness.Keys.IsLost = true;
        var id = Assert.Single(await harness.CommitAsync(webhookId: made.Webhook.Id));
        Assert.Equal("secret_unreadable", (await harness.Store.NextAsync()).Attempt.Error);
        Assert.False((await harness.Register.GetAsync(made.Webhook.Id, Token)).Value!.HasSecret);
        Assert.Equal("secret_unreadable", (await harness.Register.TestAsync(made.Webhook.Id, Token)).Refusal?.Code);

        harness.Keys.ForgetTheLost();
        var rotated = (await harness.Register.RotateAsync(made.Webhook.Id, null, Token)).Value!;
        var arrived = await harness.Receiver.NextAsync();

        Assert.Equal(id, arrived.Id);
        AssertSignedBy(rotated.Secret, arrived);
        Assert.True(rotated.Webhook.HasSecret);
        Assert.Single(arrived.Signature.Split(' '));
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_disabled_webhook_until_it_is_enabled()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        var disabled = (await harness.Register.EnableAsync(made.Webhook.Id, false, Token)).Value!;
        var id = Assert.Single(await harness.CommitAsync(webhookId: made.Webhook.Id));
        await harness.CommitAsync("https://other.example.com/");
        await harness.Store.NextAsync();

        Assert.Equal(WebhookDisabledReason.Asked, disabled.DisabledReason);
        Assert.DoesNotContain(harness.Receiver.All, message => message.Id == id);
        Assert.Equal("webhook_disabled", (await harness.Register.TestAsync(made.Webhook.Id, Token)).Refusal?.Code);
        await harness.Register.EnableAsync(made.Webhook.Id, true, Token);
        Assert.Equal((id, DeliveryStatus.Delivered), await harness.Store.NextAsync() is var sent ? (sent.DeliveryId, sent.Status) : default);
    }

    [Fact]
    public async Task A_webhook_that_answered_410_gets_what_it_missed_when_it_is_enabled()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.Gone);
        await harness.CommitAsync(webhookId: made.Webhook.Id);
        await harness.Store.NextDisabledAsync();
        Assert.Equal(WebhookDisabledReason.Gone, (await harness.Register.GetAsync(made.Webhook.Id, Token)).Value!.DisabledReason);
        var missed = Assert.Single(await harness.CommitAsync(webhookId: made.Webhook.Id));
        await harness.Store.NextAsync();

        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);
        var enabled = (await harness.Register.EnableAsync(made.Webhook.Id, true, Token)).Value!;

        Assert.Equal((null, null), (enabled.DisabledAt, enabled.FailingSince));
        Assert.Equal((missed, DeliveryStatus.Delivered), await harness.Store.NextAsync() is var sent ? (sent.DeliveryId, sent.Status) : default);
    }

    [Fact]
    public async Task An_enabled_webhook_that_fails_again_has_five_more_days()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        await harness.CommitAsync(webhookId: made.Webhook.Id);
        await harness.Store.NextAsync();
        harness.Advance(TimeSpan.FromDays(6));
        await harness.Store.NextDisabledAsync();
        await harness.Store.NextAsync();

        await harness.Register.EnableAsync(made.Webhook.Id, true, Token);
        await harness.Store.NextAsync();

        var after = (await harness.Register.GetAsync(made.Webhook.Id, Token)).Value!;
        Assert.Equal((null, harness.Clock.GetUtcNow()), (after.DisabledAt, after.FailingSince));
    }

    [Fact]
    public async Task Recover_sends_what_was_given_up_since_then_with_all_its_attempts_anew()
    {
        await using var harness = await WebhookHarness.StartAsync(configure: options => options.MaxAttempts = 2);
        var made = await CreateAsync(harness);
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        var old = Assert.Single(await harness.CommitAsync(webhookId: made.Webhook.Id));
        await GiveUpAsync(harness);
        harness.Advance(TimeSpan.FromHours(1));
        var since = harness.Clock.GetUtcNow();
        var recent = Assert.Single(await harness.CommitAsync(webhookId: made.Webhook.Id));
        await GiveUpAsync(harness);

        Assert.Equal(1, (await harness.Register.RecoverAsync(made.Webhook.Id, since, Token)).Value);
        await GiveUpAsync(harness);

        Assert.Equal(4, (await harness.DeliveryAsync(recent)).Attempts.Length);
        Assert.Equal(2, (await harness.DeliveryAsync(old)).Attempts.Length);
    }

    [Fact]
    public async Task A_test_message_is_tried_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var made = await CreateAsync(harness);
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        var test = (await harness.Register.TestAsync(made.Webhook.Id, Token)).Value!;
        var arrived = await harness.Receiver.NextAsync();

        Assert.Equal((test.Id, DeliveryStatus.Failed), await harness.Store.NextAsync() is var sent ? (sent.DeliveryId, sent.Status) : default);
        AssertSignedBy(made.Secret, arrived);
    }

    [Fact]
    public async Task A_message_whose_webhook_was_removed_meanwhile_goes_nowhere()
    {
        await using var harness = await WebhookHarness.StartAsync(configure: options => options.PerHostConcurrency = 1);
        var made = await CreateAsync(harness);
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Receiver.Behaviour = (_, _) => answer.Task;
        await harness.CommitAsync(count: 3, webhookId: made.Webhook.Id);
        await harness.Receiver.NextAsync();

        Assert.True((await harness.Register.DeleteAsync(made.Webhook.Id, Token)).IsOk);
        answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        var after = Assert.Single(await harness.CommitAsync());

        Assert.Equal(after, (await harness.Receiver.NextAsync()).Id);
        Assert.Equal(2, harness.Receiver.All.Count);
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_pointer_and_at_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var refusal = (await harness.Register.CreateAsync(
            new WebhookDraft { Events = ["execution.complete", "task.failed", "task.failed"], Description = new string('x', 201) }, Token)).Refusal!;

        Assert.Equal(
            [("#/url", "required"), ("#/events/0", "unknown_event"), ("#/events/2", "duplicate"), ("#/description", "length")],
            refusal.Problems.Select(problem => (problem.Pointer, problem.Code)));
        Assert.Equal("execution.completed", refusal.Problems[1].Suggestion);
    }

    [Fact]
    public async Task A_webhook_that_executions_named_is_rotated_and_stopped_but_not_moved()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await harness.CommitAsync();
        var first = await harness.Receiver.NextAsync();
        await harness.Store.NextAsync();
        var named = Assert.Single((await harness.Register.ListAsync(new WebhookQuery(Subscriptions: false), Token)).Value!.Items);

        var refusal = (await harness.Register.ChangeAsync(named.Id, new WebhookChange { Url = "https://example.com/other", Events = ["task.failed"] }, Token)).Refusal!;
        var rotated = (await harness.Register.RotateAsync(named.Id, TimeSpan.Zero, Token)).Value!;
        await harness.CommitAsync();

        Assert.Equal([("#/url", "not_applicable"), ("#/events", "not_applicable")], refusal.Problems.Select(problem => (problem.Pointer, problem.Code)));
        Assert.False(Accepts(rotated.Secret, first));
        AssertSignedBy(rotated.Secret, await harness.Receiver.NextAsync());
    }

    private static async Task GiveUpAsync(WebhookHarness harness)
    {
        for (var recorded = await harness.Store.NextAsync(); recorded.Status is DeliveryStatus.Pending; recorded = await harness.Store.NextAsync())
            await harness.ReachAsync(recorded.NextAttemptAt);
    }

    private static async Task<WebhookWithSecret> CreateAsync(WebhookHarness harness) =>
        (await harness.Register.CreateAsync(new WebhookDraft { Url = WebhookHarness.Url }, Token)).Value!;

    private static void AssertSignedBy(string secret, Received message) => Assert.True(Accepts(secret, message), message.Signature);

    private static bool Accepts(string secret, Received message) =>
        StandardWebhooksReceiver.Accepts(secret, message.Id, message.Timestamp, message.Signature, message.Body, message.At);
}
