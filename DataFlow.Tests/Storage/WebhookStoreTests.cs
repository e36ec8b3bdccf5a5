using System.Text;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryWebhookStoreTests : WebhookStoreTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteWebhookStoreTests : WebhookStoreTests
{
    private protected override Stores Open() => new SqliteStores();
}

/// <summary>What every webhook store promises.</summary>
public abstract class WebhookStoreTests : IDisposable
{
    private static readonly HashSet<string> s_none = [];

    private readonly Stores _stores;

    protected WebhookStoreTests() => _stores = Open();

    private protected abstract Stores Open();

    private IWebhookStore Store => _stores.Webhooks;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_is_due_from_its_creation_on_with_its_exact_bytes()
    {
        const string Body = "{\"type\": \"execution.started\", \"ü\": 1.10}";
        var execution = await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution, body: Body));
        Assert.Empty(await Store.ListDueAsync(Sample.Noon.AddSeconds(-1), 10, s_none, Token));
        var due = Assert.Single(await Store.ListDueAsync(Sample.Noon, 10, s_none, Token));
        Assert.Equal(("msg_1", "ex-1", execution.Sequence - 1, "https://hooks.example/x", "execution.started"), (due.Id, due.ExecutionId, due.Sequence, due.Url, due.Type));
        Assert.Equal(Body, Encoding.UTF8.GetString(due.Body.Span));
        Assert.Equal((Sample.Noon.Rounded(), DeliveryStatus.Pending, 0, Sample.Noon.Rounded()), (due.CreatedAt, due.Status, due.AttemptCount, due.NextAttemptAt));
        Assert.Empty(due.Attempts);
        Assert.Equal(Sample.Noon.Rounded(), await Store.NextDueAsync(Token));
    }

    [Fact]
    public async Task Without_messages_nothing_is_due()
    {
        Assert.Null(await Store.NextDueAsync(Token));
        Assert.Empty(await Store.ListDueAsync(Sample.Noon, 10, s_none, Token));
        Assert.Empty(await Store.ListByExecutionAsync("ex-1", Token));
        Assert.Empty((await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items);
    }

    [Fact]
    public async Task Due_messages_are_listed_oldest_first_without_excluded_hosts()
    {
        var execution = Sample.New("ex-1").Execution;
        await Send(
            Sample.Message("msg_late", execution, "https://a.example/1", Sample.Noon.AddSeconds(2)), Sample.Message("msg_early", execution, "https://A.example:443/2", Sample.Noon.AddSeconds(1)),
            Sample.Message("msg_port", execution, "http://a.example:8080/3", Sample.Noon.AddSeconds(3)), Sample.Message("msg_other", execution, "https://b.example/4", Sample.Noon.AddSeconds(4)));
        Assert.Equal(["msg_early", "msg_late", "msg_port", "msg_other"], await Due(s_none));
        Assert.Equal(["msg_port", "msg_other"], await Due(["a.example:443"]));
        Assert.Equal(["msg_other"], await Due(["a.example:443", "a.example:8080"]));
        Assert.Equal(["msg_early", "msg_late"], (await Store.ListDueAsync(Sample.Noon.AddMinutes(1), 2, s_none, Token)).Select(delivery => delivery.Id));

        async Task<IEnumerable<string>> Due(HashSet<string> excluded) => (await Store.ListDueAsync(Sample.Noon.AddMinutes(1), 10, excluded, Token)).Select(delivery => delivery.Id);
    }

    [Fact]
    public async Task An_attempt_that_failed_is_recorded_and_the_next_one_due_later()
    {
        await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution));
        await Endpoint();
        var attempt = new DeliveryAttempt(Sample.Noon.AddSeconds(1), 250, 500, null, "oh no");
        await Store.RecordAttemptAsync("msg_1", attempt, DeliveryStatus.Pending, Sample.Noon.AddMinutes(5), Token);
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon.AddMinutes(5), 10_000, null, "timeout", null), DeliveryStatus.Pending, Sample.Noon.AddHours(1), Token);

        Assert.Empty(await Store.ListDueAsync(Sample.Noon.AddMinutes(59), 10, s_none, Token));
        Assert.Equal(Sample.Noon.AddHours(1).Rounded(), await Store.NextDueAsync(Token));
        var delivery = Assert.Single(await Store.ListDueAsync(Sample.Noon.AddHours(1), 10, s_none, Token));
        Assert.Equal((DeliveryStatus.Pending, 2), (delivery.Status, delivery.AttemptCount));
        Assert.Equal([attempt with { At = attempt.At.Rounded() }, new DeliveryAttempt(Sample.Noon.AddMinutes(5).Rounded(), 10_000, null, "timeout", null)], delivery.Attempts);
        Assert.Equal(Sample.Noon.AddSeconds(1).Rounded(), Assert.Single((await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items).FailingSince);
    }

    [Theory]
    [InlineData(DeliveryStatus.Delivered)]
    [InlineData(DeliveryStatus.Failed)]
    public async Task A_delivery_that_has_ended_is_not_due_any_more(DeliveryStatus status)
    {
        await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution));
        await Endpoint();
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Pending, Sample.Noon, Token);
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon.AddHours(1), 1, 200, null, null), status, Sample.Noon, Token);
        Assert.Empty(await Store.ListDueAsync(Sample.Noon.AddDays(9), 10, s_none, Token));
        Assert.Null(await Store.NextDueAsync(Token));
        var delivery = Assert.Single(await Store.ListByExecutionAsync("ex-1", Token));
        Assert.Equal((status, 2, null), (delivery.Status, delivery.Attempts.Length, delivery.NextAttemptAt));
        Assert.Equal(status == DeliveryStatus.Delivered ? null : Sample.Noon.Rounded(), Assert.Single((await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items).FailingSince);
    }

    [Fact]
    public async Task An_attempt_of_an_unknown_delivery_is_nothing()
    {
        await Store.RecordAttemptAsync("msg_none", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        Assert.Null(await Store.NextDueAsync(Token));
    }

    [Fact]
    public async Task Redelivery_makes_an_ended_delivery_due_and_enables_its_endpoint()
    {
        await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution));
        var endpoint = await Endpoint();
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        await Store.DisableAsync(endpoint.Id, Sample.Noon, WebhookDisabledReason.Asked, Token);

        Assert.False(await Store.RedeliverAsync("msg_2", Sample.Noon, Token));
        Assert.NotNull(Assert.Single((await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items).DisabledAt);
        Assert.True(await Store.RedeliverAsync("msg_1", Sample.Noon.AddDays(1), Token));
        Assert.Equal(1, Assert.Single(await Store.ListDueAsync(Sample.Noon.AddDays(1), 10, s_none, Token)).AttemptCount);
        Assert.Null(Assert.Single((await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items).DisabledAt);
    }

    [Fact]
    public async Task Deliveries_to_a_disabled_endpoint_wait_until_it_is_enabled()
    {
        await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution), Sample.Message("msg_2", Sample.New("ex-1").Execution, "https://other.example/", Sample.Noon.AddHours(1)));
        var endpoint = await Endpoint();
        await Store.DisableAsync(endpoint.Id, Sample.Noon, WebhookDisabledReason.Gone, Token);
        Assert.Equal("msg_2", Assert.Single(await Store.ListDueAsync(Sample.Noon.AddDays(1), 10, s_none, Token)).Id);
        Assert.Equal(Sample.Noon.AddHours(1).Rounded(), await Store.NextDueAsync(Token));
        await Store.EnableAsync(endpoint.Id, Sample.Noon.AddMinutes(1), Token);
        Assert.Equal(2, (await Store.ListDueAsync(Sample.Noon.AddDays(1), 10, s_none, Token)).Length);
        Assert.Equal(Sample.Noon.AddMinutes(1).Rounded(), await Store.NextDueAsync(Token));
    }

    [Fact]
    public async Task Deliveries_of_an_execution_are_listed_in_the_order_they_came()
    {
        await Send(Sample.Message("msg_b", Sample.New("ex-1").Execution), Sample.Message("msg_a", Sample.New("ex-1").Execution));
        Assert.Equal(["msg_b", "msg_a"], (await Store.ListByExecutionAsync("ex-1", Token)).Select(delivery => delivery.Id));
        Assert.Empty(await Store.ListByExecutionAsync("ex-2", Token));
    }

    [Fact]
    public async Task An_endpoint_is_made_once_for_a_url_and_keeps_its_secret()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Task.Run(() => Store.GetOrAddEndpointAsync("https://hooks.example/x", $"we-{i}", [(byte)i], Sample.Noon, Token))));
        Assert.Single(made.Select(endpoint => endpoint.Id).Distinct());
        var again = await Store.GetOrAddEndpointAsync("https://hooks.example/x", "we-new", [99], Sample.Noon.AddDays(1), Token);
        Assert.Equal((made[0].Id, Sample.Noon.Rounded()), (again.Id, again.CreatedAt));
        Assert.Equal(made[0].ProtectedSecret, again.ProtectedSecret);
        Assert.Equal((null, null), (again.DisabledAt, again.FailingSince));
        await Assert.ThrowsAsync<DuplicateIdException>(() => Store.GetOrAddEndpointAsync("https://hooks.example/y", again.Id, [1], Sample.Noon, Token));
    }

    [Fact]
    public async Task Endpoints_are_listed_newest_first_at_most_100()
    {
        for (var i = 0; i < 101; i++)
            await Store.GetOrAddEndpointAsync($"https://hooks.example/{i}", $"we-{i}", [1], Sample.Noon.AddSeconds(i / 2), Token);
        var listed = (await Store.ListEndpointsAsync(new WebhookQuery(100), Token)).Items;
        Assert.Equal(Enumerable.Range(1, 100).Reverse().Select(i => $"we-{i}"), listed.Select(endpoint => endpoint.Id));
    }

    [Fact]
    public async Task A_webhook_made_for_a_url_that_executions_named_goes_with_its_last_message()
    {
        await EndedWith("ex-1", "msg_1");
        await EndedWith("ex-2", "msg_2");

        Assert.Equal(DeleteOutcome.Deleted, await _stores.Executions.DeleteAsync("ex-1", Token));
        Assert.NotNull(await Store.FindEndpointAsync("we-1", Token));
        Assert.Equal(DeleteOutcome.Deleted, await _stores.Executions.DeleteAsync("ex-2", Token));
        Assert.Null(await Store.FindEndpointAsync("we-1", Token));

        var again = await Store.GetOrAddEndpointAsync("https://hooks.example/x", "we-2", [2], Sample.Noon, Token);
        Assert.Equal(("we-2", true), (again.Id, again.IsSecretUntold));
    }

    [Theory]
    [InlineData("told")]
    [InlineData("rotated")]
    [InlineData("described")]
    [InlineData("disabled")]
    public async Task What_somebody_knows_of_or_has_changed_stays_without_messages(string why)
    {
        await EndedWith("ex-1", "msg_1");
        var endpoint = await Endpoint();
        Assert.True(why switch
        {
            "told" => await Store.TellSecretAsync("we-1", Token),
            "rotated" => await Store.SetSecretAsync("we-1", endpoint.ProtectedSecret, [7], Token),
            "described" => await Store.ChangeEndpointAsync("we-1", endpoint.Url, "Ours", [], Token) == WebhookWrite.Done,
            _ => await DisableAsync(),
        });

        Assert.Equal(DeleteOutcome.Deleted, await _stores.Executions.DeleteAsync("ex-1", Token));
        Assert.Equal(why == "disabled", (await Store.FindEndpointAsync("we-1", Token))!.IsSecretUntold);

        async Task<bool> DisableAsync()
        {
            await Store.DisableAsync("we-1", Sample.Noon, WebhookDisabledReason.Asked, Token);
            return true;
        }
    }

    [Fact]
    public async Task The_secret_of_a_webhook_that_is_gone_is_told_to_nobody() => Assert.False(await Store.TellSecretAsync("we-none", Token));

    [Fact]
    public async Task Only_failures_disable_a_webhook_that_has_recovered_meanwhile_no_more()
    {
        await Send(Sample.Message("msg_1", Sample.New("ex-1").Execution), Sample.Message("msg_2", Sample.New("ex-1").Execution));
        await Endpoint();
        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Pending, Sample.Noon, Token);
        var since = (await Endpoint()).FailingSince!.Value;
        await Store.RecordAttemptAsync("msg_2", new DeliveryAttempt(Sample.Noon.AddDays(5), 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        Assert.False(await Store.DisableFailingAsync("we-1", Sample.Noon.AddDays(5), since, Token));

        await Store.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon.AddDays(5), 1, 500, null, null), DeliveryStatus.Pending, Sample.Noon, Token);
        Assert.False(await Store.DisableFailingAsync("we-1", Sample.Noon.AddDays(5), since, Token));
        Assert.Null((await Endpoint()).DisabledAt);

        Assert.True(await Store.DisableFailingAsync("we-1", Sample.Noon.AddDays(10), Sample.Noon.AddDays(5), Token));
        Assert.Equal((Sample.Noon.AddDays(10).Rounded(), WebhookDisabledReason.OnlyFailures), ((await Endpoint()).DisabledAt, (await Endpoint()).DisabledReason));
        Assert.Null(await Store.NextDueAsync(Token));
        Assert.False(await Store.DisableFailingAsync("we-1", Sample.Noon.AddDays(11), Sample.Noon.AddDays(5), Token));
    }

    private async Task EndedWith(string executionId, string messageId)
    {
        var creation = Sample.New(executionId);
        await _stores.Executions.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution) with { Outbox = [Sample.Message(messageId, creation.Execution)] };
        await _stores.Executions.AppendAsync(start, Token);
        await _stores.Executions.AppendAsync(Sample.Complete(start.Execution), Token);
        await Endpoint();
        await Store.RecordAttemptAsync(messageId, new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
    }

    private Task<WebhookEndpoint> Endpoint() => Store.GetOrAddEndpointAsync("https://hooks.example/x", "we-1", [1], Sample.Noon, Token);

    private async Task<Execution> Send(params OutboxMessage[] messages)
    {
        var creation = Sample.New("ex-1");
        await _stores.Executions.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution) with { Outbox = [.. messages] };
        await _stores.Executions.AppendAsync(start, Token);
        return start.Execution;
    }
}
