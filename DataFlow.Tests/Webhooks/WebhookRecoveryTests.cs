using System.Net;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookRecoveryTests
{
    [Fact]
    public async Task A_restart_continues_the_schedule()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        await harness.CommitAsync();
        await harness.ReachAsync((await harness.Store.NextAsync()).NextAttemptAt);
        var second = await harness.Store.NextAsync();

        await harness.RestartAsync();
        await harness.ReachAsync(second.NextAttemptAt);
        var third = await harness.Store.NextAsync();

        Assert.Equal(second.NextAttemptAt!.Value, third.Attempt.At, TimeSpan.FromMilliseconds(1));
        Assert.Equal(third.Attempt.At.AddMinutes(30), third.NextAttemptAt);
    }

    [Fact]
    public async Task What_came_due_while_the_process_was_down_is_sent_when_it_is_back()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Break;
        await harness.CommitAsync();
        var first = await harness.Store.NextAsync();
        await harness.StopAsync();

        harness.Clock.Advance(TimeSpan.FromHours(7));
        await harness.StartAnotherAsync();
        var second = await harness.Store.NextAsync();

        Assert.Equal(harness.Clock.GetUtcNow(), second.Attempt.At);
        Assert.Equal((first.DeliveryId, second.Attempt.At.AddMinutes(5)), (second.DeliveryId, second.NextAttemptAt));
    }

    [Fact]
    public async Task An_attempt_that_was_not_recorded_before_the_end_is_made_again_with_the_same_id_and_bytes()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Store.IsDiskFull = true;
        await harness.CommitAsync();
        var before = await harness.Receiver.NextAsync();
        await harness.Store.NextRefusalAsync();
        await harness.StopAsync();

        harness.Store.IsDiskFull = false;
        await harness.StartAnotherAsync();
        var after = await harness.Receiver.NextAsync();

        Assert.Equal((before.Id, Convert.ToBase64String(before.Body)), (after.Id, Convert.ToBase64String(after.Body)));
        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
        Assert.Single((await harness.DeliveryAsync(before.Id)).Attempts);
    }

    [Fact]
    public async Task While_the_disk_is_full_a_message_is_not_sent_again_and_again()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Store.IsDiskFull = true;
        await harness.CommitAsync();
        // The attempt itself takes no time; only from here on does the clock move.
        await harness.Store.NextRefusalAsync();
        foreach (var _ in Enumerable.Range(0, 4))
            await harness.DriveAsync(harness.Store.NextRefusalAsync());

        harness.Store.IsDiskFull = false;

        Assert.Equal(DeliveryStatus.Delivered, (await harness.DriveAsync(harness.Store.NextAsync())).Status);
        Assert.Single(harness.Receiver.All);
    }

    [Fact]
    public async Task A_stop_lets_an_attempt_under_way_end_and_records_it()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Receiver.Behaviour = (_, _) => answer.Task;
        await harness.CommitAsync();
        await harness.Receiver.NextAsync();

        var stop = harness.StopWithoutWaiting();
        answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await stop;

        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
        await harness.StartAnotherAsync();
    }

    [Fact]
    public async Task A_stop_gives_up_after_five_seconds_and_leaves_the_message_to_the_next_start()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Hang;
        var id = Assert.Single(await harness.CommitAsync());
        await harness.Receiver.NextAsync();

        var stop = harness.StopWithoutWaiting();
        Assert.False(stop.IsCompleted);
        await harness.Clock.ReachAsync(harness.Clock.GetUtcNow().AddSeconds(5));
        await stop;

        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);
        await harness.StartAnotherAsync();
        Assert.Equal(id, (await harness.Receiver.NextAsync()).Id);
        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
    }

    [Fact]
    public async Task Redeliver_sends_a_given_up_message_again_and_enables_its_endpoint()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.Gone);
        var id = Assert.Single(await harness.CommitAsync());
        var first = await harness.Receiver.NextAsync();
        await harness.Store.NextAsync();
        await harness.Store.NextDisabledAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);

        Assert.True(await harness.Deliveries.RedeliverAsync((await harness.DeliveryAsync(id)).ExecutionId!, id, TestContext.Current.CancellationToken));
        var second = await harness.Receiver.NextAsync();

        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
        Assert.Equal((first.Id, Convert.ToBase64String(first.Body)), (second.Id, Convert.ToBase64String(second.Body)));
        Assert.Null((await harness.EndpointAsync()).DisabledAt);
        Assert.Equal(2, (await harness.DeliveryAsync(id)).Attempts.Length);
    }

    [Fact]
    public async Task A_slow_failure_that_began_before_a_webhook_recovered_does_not_disable_it()
    {
        await using var harness = await WebhookHarness.StartAsync(configure: options => options.DisableAfterDays = 1);
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        var failing = Assert.Single(await harness.CommitAsync());
        await harness.Store.NextAsync();
        await harness.StopAsync();
        harness.Clock.Advance(TimeSpan.FromDays(2));

        var slow = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Receiver.Behaviour = (message, stop) => message.Id == failing ? slow.Task : ScriptedReceiver.Answer(HttpStatusCode.OK)(message, stop);
        await harness.StartAnotherAsync();
        while ((await harness.Receiver.NextAsync()).Id != failing || harness.Receiver.All.Count < 2)
        {
        }
        await harness.CommitAsync();
        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
        slow.SetResult(new HttpResponseMessage(HttpStatusCode.InternalServerError));
        Assert.Equal((failing, DeliveryStatus.Pending), await harness.Store.NextAsync() is var last ? (last.DeliveryId, last.Status) : default);

        // Ends when the attempt has been dealt with altogether.
        await harness.StopAsync();
        Assert.Null((await harness.EndpointAsync()).DisabledAt);
        await harness.StartAnotherAsync();
    }

    [Fact]
    public async Task Redeliver_sends_a_delivered_message_once_more()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var id = Assert.Single(await harness.CommitAsync());
        await harness.Store.NextAsync();

        Assert.True(await harness.Deliveries.RedeliverAsync((await harness.DeliveryAsync(id)).ExecutionId!, id, TestContext.Current.CancellationToken));

        Assert.Equal((id, DeliveryStatus.Delivered), await harness.Store.NextAsync() is var again ? (again.DeliveryId, again.Status) : default);
    }

    [Fact]
    public async Task Redeliver_of_another_executions_delivery_is_refused()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var id = Assert.Single(await harness.CommitAsync());

        Assert.False(await harness.Deliveries.RedeliverAsync("ex-unknown1", id, TestContext.Current.CancellationToken));
        Assert.False(await harness.Deliveries.RedeliverAsync((await harness.DeliveryAsync(id)).ExecutionId!, "msg_unknown", TestContext.Current.CancellationToken));
    }
}
