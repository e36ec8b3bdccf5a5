using System.Collections.Immutable;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Storage;

public sealed class InMemorySubscriptionStoreTests : SubscriptionStoreTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteSubscriptionStoreTests : SubscriptionStoreTests
{
    private protected override Stores Open() => new SqliteStores();
}

/// <summary>What every webhook store promises about subscriptions and what goes to them.</summary>
public abstract class SubscriptionStoreTests : IDisposable
{
    private const string Url = "https://hooks.example/x";
    private static readonly HashSet<string> s_none = [];

    private readonly Stores _stores;

    protected SubscriptionStoreTests() => _stores = Open();

    private protected abstract Stores Open();

    private IWebhookStore Store => _stores.Webhooks;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_webhook_is_kept_with_all_it_is()
    {
        var made = Made("we-1", "wf-aaaaaaaa") with { DisabledAt = Sample.Noon, DisabledReason = WebhookDisabledReason.Asked };
        Assert.Equal(WebhookWrite.Done, await Store.AddEndpointAsync(made, 1, Token));

        var found = await Store.FindEndpointAsync("we-1", Token);

        Assert.Equivalent(made with { CreatedAt = made.CreatedAt.Rounded(), DisabledAt = Sample.Noon.Rounded() }, found, strict: true);
        Assert.Equal("wf-aaaaaaaa", found!.Scope.WorkflowId);
        Assert.Null(await Store.FindEndpointAsync("we-2", Token));
    }

    [Fact]
    public async Task A_url_is_there_once_for_each_scope()
    {
        Assert.Equal(WebhookWrite.Done, await Store.AddEndpointAsync(Made("we-1", null), 9, Token));
        Assert.Equal(WebhookWrite.Done, await Store.AddEndpointAsync(Made("we-2", "wf-aaaaaaaa"), 9, Token));
        Assert.Equal("we-3", (await Store.GetOrAddEndpointAsync(Url, "we-3", [1], Sample.Noon, Token)).Id);
        Assert.Equal(WebhookWrite.Duplicate, await Store.AddEndpointAsync(Made("we-4", null), 9, Token));
        Assert.Equal(WebhookWrite.Duplicate, await Store.AddEndpointAsync(Made("we-4", "wf-aaaaaaaa"), 9, Token));
        Assert.Equal(WebhookWrite.Done, await Store.AddEndpointAsync(Made("we-4", "wf-bbbbbbbb"), 9, Token));
        await Assert.ThrowsAsync<DuplicateIdException>(() => Store.AddEndpointAsync(Made("we-4", "wf-cccccccc"), 9, Token));
    }

    [Fact]
    public async Task A_scope_that_is_full_takes_no_more()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 2, Token);
        await Store.AddEndpointAsync(Made("we-2", null, "https://hooks.example/y"), 2, Token);

        Assert.Equal(WebhookWrite.Full, await Store.AddEndpointAsync(Made("we-3", null, "https://hooks.example/z"), 2, Token));
        Assert.Equal(WebhookWrite.Done, await Store.AddEndpointAsync(Made("we-3", "wf-aaaaaaaa", "https://hooks.example/z"), 2, Token));
    }

    [Fact]
    public async Task Webhooks_are_listed_newest_first_by_who_made_them_and_whom_they_are_told_of()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await Store.AddEndpointAsync(Made("we-2", "wf-aaaaaaaa"), 9, Token);
        await Store.GetOrAddEndpointAsync(Url, "we-3", [1], Sample.Noon, Token);
        await Store.AddEndpointAsync(Made("we-4", "wf-bbbbbbbb"), 9, Token);

        Assert.Equal(["we-4", "we-3", "we-2", "we-1"], await Ids(new WebhookQuery()));
        Assert.Equal(["we-4", "we-2", "we-1"], await Ids(new WebhookQuery(Subscriptions: true)));
        Assert.Equal(["we-3"], await Ids(new WebhookQuery(Subscriptions: false)));
        Assert.Equal(["we-2", "we-1"], await Ids(new WebhookQuery(WorkflowId: "wf-aaaaaaaa")));
        Assert.Equal(["we-1", "we-2", "we-4"], (await Store.ListSubscriptionsAsync(Token)).Select(webhook => webhook.Id));
        var first = await Store.ListEndpointsAsync(new WebhookQuery(3), Token);
        Assert.Equal(["we-1"], await Ids(new WebhookQuery(3, first.NextCursor)));
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListEndpointsAsync(new WebhookQuery(3, first.NextCursor, Subscriptions: true), Token));

        async Task<IEnumerable<string>> Ids(WebhookQuery query) => (await Store.ListEndpointsAsync(query, Token)).Items.Select(webhook => webhook.Id);
    }

    [Fact]
    public async Task A_message_to_a_subscription_is_its_own_and_goes_where_it_points_now()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_1", "we-1"));
        Assert.Equal(WebhookWrite.Done, await Store.ChangeEndpointAsync("we-1", "https://elsewhere.example/", "d", ["execution.failed"], Token));

        var due = Assert.Single(await Store.ListDueAsync(Sample.Noon, 9, s_none, Token));
        Assert.Equal(("we-1", "https://elsewhere.example/"), (due.WebhookId, due.Url));
        Assert.Empty(await Store.ListDueAsync(Sample.Noon, 9, new HashSet<string> { "elsewhere.example:443" }, Token));
        Assert.Equal(["execution.failed"], (await Store.FindEndpointAsync("we-1", Token))!.Events);
        Assert.Equal(WebhookWrite.NotFound, await Store.ChangeEndpointAsync("we-2", Url, null, [], Token));
    }

    [Fact]
    public async Task A_change_to_a_url_of_another_is_a_duplicate()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await Store.AddEndpointAsync(Made("we-2", null, "https://hooks.example/y"), 9, Token);

        Assert.Equal(WebhookWrite.Duplicate, await Store.ChangeEndpointAsync("we-2", Url, null, ["execution.failed"], Token));
        Assert.Equal(WebhookWrite.Done, await Store.ChangeEndpointAsync("we-2", "https://hooks.example/y", null, ["execution.failed"], Token));
    }

    [Fact]
    public async Task A_message_to_a_webhook_that_was_removed_is_not_kept()
    {
        await SendAsync(To("msg_1", "we-1"), Sample.Message("msg_2", Sample.New("ex-1").Execution));

        Assert.Equal("msg_2", Assert.Single(await Store.ListByExecutionAsync("ex-1", Token)).Id);
    }

    [Fact]
    public async Task A_creation_can_bring_messages_too()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        var creation = Sample.New("ex-1") with { Outbox = [To("msg_1", "we-1")] };
        await _stores.Executions.CreateAsync(creation, Token);

        Assert.Equal("msg_1", Assert.Single(await Store.ListDueAsync(Sample.Noon, 9, s_none, Token)).Id);
        await Assert.ThrowsAsync<DuplicateIdException>(() => _stores.Executions.CreateAsync(Sample.New("ex-2") with { Outbox = [To("msg_1", "we-1")] }, Token).AsTask());
        Assert.Null(await _stores.Executions.FindAsync("ex-2", Token));
    }

    [Fact]
    public async Task What_waits_for_a_disabled_webhook_has_no_time_until_it_is_enabled()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_1", "we-1"));
        await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Gone, Token);
        await Store.DisableAsync("we-1", Sample.Noon.AddDays(1), WebhookDisabledReason.Asked, Token);
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Pending, Sample.Noon.AddHours(1), Token);

        Assert.Null(await Store.NextDueAsync(Token));
        Assert.Empty(await Store.ListDueAsync(Sample.Noon.AddDays(9), 9, s_none, Token));
        Assert.Null((await Store.FindDeliveryAsync("msg_1", Token))!.NextAttemptAt);
        var disabled = (await Store.FindEndpointAsync("we-1", Token))!;
        Assert.Equal((Sample.Noon.Rounded(), WebhookDisabledReason.Gone, Sample.Noon.Rounded()), (disabled.DisabledAt, disabled.DisabledReason, disabled.FailingSince));
        await Store.EnableAsync("we-1", Sample.Noon.AddDays(2), Token);
        Assert.Equal(Sample.Noon.AddDays(2).Rounded(), await Store.NextDueAsync(Token));
        var enabled = (await Store.FindEndpointAsync("we-1", Token))!;
        Assert.Equal((null, null, null), (enabled.DisabledAt, enabled.DisabledReason, enabled.FailingSince));
        Assert.Equal((Sample.Noon.Rounded(), false), (enabled.LastAttemptAt, enabled.LastAttemptSucceeded));
    }

    [Fact]
    public async Task What_waits_for_a_disabled_webhook_keeps_no_execution()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_1", "we-1"));
        await _stores.Executions.AppendAsync(Sample.Complete(Sample.Start(Sample.New("ex-1").Execution).Execution), Token);
        Assert.Equal(DeleteOutcome.DeliveriesPending, await _stores.Executions.DeleteAsync("ex-1", Token));
        await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Gone, Token);

        Assert.Equal(DeleteOutcome.Deleted, await _stores.Executions.DeleteAsync("ex-1", Token));
        Assert.Null(await Store.FindDeliveryAsync("msg_1", Token));
    }

    [Fact]
    public async Task What_was_sent_to_a_webhook_that_is_gone_is_not_sent_again()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_1", "we-1"));
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        await Store.DeleteEndpointAsync("we-1", Token);

        Assert.False(await Store.RedeliverAsync("msg_1", Sample.Noon, Token));
    }

    [Fact]
    public async Task A_message_that_comes_while_its_webhook_is_disabled_waits_too()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await Store.GetOrAddEndpointAsync(Url, "we-2", [1], Sample.Noon, Token);
        await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Asked, Token);
        await Store.DisableAsync("we-2", Sample.Noon, WebhookDisabledReason.Asked, Token);
        await SendAsync(To("msg_1", "we-1"), Sample.Message("msg_2", Sample.New("ex-1").Execution));
        Assert.Null(await Store.NextDueAsync(Token));

        await Store.EnableAsync("we-1", Sample.Noon, Token);
        Assert.Equal("msg_1", Assert.Single(await Store.ListDueAsync(Sample.Noon, 9, s_none, Token)).Id);
        await Store.EnableAsync("we-2", Sample.Noon, Token);
        Assert.Equal(2, (await Store.ListDueAsync(Sample.Noon, 9, s_none, Token)).Length);
    }

    [Fact]
    public async Task Recovery_sends_what_failed_since_then_with_a_schedule_of_its_own()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_old", "we-1", Sample.Noon.AddHours(-2)), To("msg_failed", "we-1"), To("msg_delivered", "we-1"), To("msg_waiting", "we-1"));
        await Fail("msg_old");
        await Fail("msg_failed");
        await Store.RecordAttemptAsync("msg_delivered", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        await Store.RecordAttemptAsync("msg_waiting", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Pending, Sample.Noon.AddDays(2), Token);

        Assert.Equal(1, await Store.RecoverAsync("we-1", Sample.Noon, Sample.Noon.AddDays(1), Token));

        var due = Assert.Single(await Store.ListDueAsync(Sample.Noon.AddDays(1), 9, s_none, Token));
        Assert.Equal(("msg_failed", 1, 1), (due.Id, due.AttemptCount, due.AttemptsBefore));
        await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Gone, Token);
        Assert.Equal(0, await Store.RecoverAsync("we-1", Sample.Noon, Sample.Noon.AddDays(1), Token));
        Assert.Null((await Store.FindEndpointAsync("we-1", Token))!.DisabledAt);

        Task Fail(string id) => Store.RecordAttemptAsync(id, new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Failed, null, Token);
    }

    [Fact]
    public async Task Deliveries_of_a_webhook_are_paged_newest_first()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await Store.AddEndpointAsync(Made("we-2", null, "https://hooks.example/y"), 9, Token);
        await SendAsync(To("msg_1", "we-1"), To("msg_other", "we-2"), To("msg_2", "we-1"), To("msg_3", "we-1"));
        await Store.RecordAttemptAsync("msg_2", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Failed, null, Token);

        var first = await Store.ListByWebhookAsync("we-1", new WebhookDeliveryQuery(2), Token);
        var second = await Store.ListByWebhookAsync("we-1", new WebhookDeliveryQuery(2, first.NextCursor), Token);
        var failed = await Store.ListByWebhookAsync("we-1", new WebhookDeliveryQuery(Status: DeliveryStatus.Failed), Token);

        Assert.Equal(["msg_3", "msg_2"], first.Items.Select(delivery => delivery.Id));
        Assert.Equal(["msg_1"], second.Items.Select(delivery => delivery.Id));
        Assert.Null(second.NextCursor);
        Assert.Equal(500, Assert.Single(Assert.Single(failed.Items).Attempts).StatusCode);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListByWebhookAsync("we-2", new WebhookDeliveryQuery(2, first.NextCursor), Token));
    }

    [Fact]
    public async Task A_removed_webhook_takes_along_what_waits_and_leaves_what_was_sent()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        await SendAsync(To("msg_sent", "we-1"), To("msg_waiting", "we-1"));
        await Store.RecordAttemptAsync("msg_sent", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        Assert.True(await Store.AddMessageAsync(To("msg_test", "we-1") with { ExecutionId = null }, Token));
        await Store.RecordAttemptAsync("msg_test", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);

        Assert.True(await Store.DeleteEndpointAsync("we-1", Token));

        Assert.False(await Store.DeleteEndpointAsync("we-1", Token));
        Assert.Equal("msg_sent", Assert.Single(await Store.ListByExecutionAsync("ex-1", Token)).Id);
        Assert.Null(await Store.FindDeliveryAsync("msg_test", Token));
        Assert.Null(await Store.NextDueAsync(Token));
    }

    [Fact]
    public async Task A_message_of_no_execution_goes_to_an_enabled_webhook_only()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);
        Assert.True(await Store.AddMessageAsync(To("msg_1", "we-1") with { ExecutionId = null }, Token));
        Assert.Null(Assert.Single(await Store.ListDueAsync(Sample.Noon, 9, s_none, Token)).ExecutionId);
        await Assert.ThrowsAsync<DuplicateIdException>(() => Store.AddMessageAsync(To("msg_1", "we-1") with { ExecutionId = null }, Token));
        await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Asked, Token);
        Assert.False(await Store.AddMessageAsync(To("msg_2", "we-1") with { ExecutionId = null }, Token));
        Assert.False(await Store.AddMessageAsync(To("msg_3", "we-none") with { ExecutionId = null }, Token));
    }

    [Fact]
    public async Task Secrets_are_replaced_only_when_they_are_the_ones_that_were_read()
    {
        await Store.AddEndpointAsync(Made("we-1", null), 9, Token);

        Assert.False(await Store.SetSecretAsync("we-1", [9], [2], Token));
        Assert.True(await Store.SetSecretAsync("we-1", [7], [2, 3], Token));
        Assert.False(await Store.SetSecretAsync("we-2", [7], [2], Token));
        Assert.Equal([2, 3], (await Store.FindEndpointAsync("we-1", Token))!.ProtectedSecret);
    }

    [Fact]
    public async Task A_message_to_a_url_that_is_first_used_later_becomes_its_webhooks()
    {
        await SendAsync(Sample.Message("msg_1", Sample.New("ex-1").Execution));
        Assert.Null((await Store.FindDeliveryAsync("msg_1", Token))!.WebhookId);

        await Store.GetOrAddEndpointAsync(Url, "we-1", [1], Sample.Noon, Token);

        Assert.Equal("we-1", (await Store.FindDeliveryAsync("msg_1", Token))!.WebhookId);
    }

    private static WebhookEndpoint Made(string id, string? workflow, string url = Url) =>
        new(id, url, WebhookScope.Of(workflow), ["execution.started", "execution.failed"], "For the tests.", [7], Sample.Noon);

    private static OutboxMessage To(string id, string webhook, DateTimeOffset? at = null) => Sample.Message(id, Sample.New("ex-1").Execution, at: at) with { WebhookId = webhook };

    private async Task SendAsync(params ImmutableArray<OutboxMessage> messages)
    {
        var creation = Sample.New("ex-1");
        await _stores.Executions.CreateAsync(creation, Token);
        await _stores.Executions.AppendAsync(Sample.Start(creation.Execution) with { Outbox = messages }, Token);
    }
}
