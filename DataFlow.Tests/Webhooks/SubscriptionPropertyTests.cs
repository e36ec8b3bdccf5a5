using System.Collections.Immutable;
using CsCheck;
using DataFlow.Engine;
using DataFlow.Engine.Webhooks;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Webhooks;

/// <summary>Whatever happens to executions, and whoever is subscribed: each gets exactly what it asked for.</summary>
public sealed class SubscriptionPropertyTests
{
    private const string Named = "http://127.0.0.1:2/named";

    private sealed record Subscriber(int Scope, int Events);

    private sealed record Run(int Workflow, bool Waits, bool Names);

    // The scope is a workflow, or all of them; bits are events.
    private static readonly Gen<Subscriber> Subscribers = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 1023], (scope, events) => new Subscriber(scope, events));

    private static readonly Gen<Run> Runs = Gen.Select(Gen.Int[0, 1], Gen.Bool, Gen.Bool, (workflow, waits, names) => new Run(workflow, waits, names));

    [Fact]
    public Task Every_change_gives_exactly_the_messages_that_were_asked_for() =>
        Gen.Select(Subscribers.Array[0, 4], Subscribers.Array[0, 2], Runs.Array[1, 4]).SampleAsync(async (before, later, runs) =>
        {
            await using var harness = await EngineHarness.StartAsync();
            string[] workflows =
            [
                await harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure", "input": {} }, { "ref": "b", "type": "Test.Pure", "when": "{{ 1 > 2 }}", "input": {} }, { "ref": "c", "type": "Test.Idempotent", "input": {} }"""),
                await harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure", "input": {} }, { "ref": "f", "type": "Flow.Fail", "input": { "message": "No." } }, { "ref": "z", "type": "Test.Pure", "input": {} }"""),
            ];
            var subscribed = await SubscribeAsync(harness, workflows, before, 0);
            foreach (var run in runs) await AssertToldAsync(harness, workflows[run.Workflow], run, subscribed);
            // Nobody who comes later hears of what is over, and who leaves hears no more.
            if (subscribed is [var first, ..]) Assert.True((await harness.Engine.DeleteWebhookAsync(first.Id, default)).IsOk);
            subscribed = [.. subscribed.Skip(1), .. await SubscribeAsync(harness, workflows, later, before.Length)];
            foreach (var run in runs) await AssertToldAsync(harness, workflows[run.Workflow], run, subscribed);
        }, iter: 40, threads: 1);

    private static async Task<ImmutableArray<Webhook>> SubscribeAsync(EngineHarness harness, string[] workflows, Subscriber[] subscribers, int from)
    {
        var made = ImmutableArray.CreateBuilder<Webhook>();
        for (var i = 0; i < subscribers.Length; i++)
        {
            var answer = await harness.Engine.CreateWebhookAsync(
                new WebhookDraft
                {
                    Url = $"https://{from + i}.example.com/hook",
                    WorkflowId = subscribers[i].Scope == 2 ? null : workflows[subscribers[i].Scope],
                    Events = [.. WebhookEventTypes.All.Where((_, bit) => (subscribers[i].Events >> bit & 1) == 1).Select(type => type.Name)],
                    // What waits can be counted, and nothing leaves the test.
                    Enabled = false,
                },
                TestContext.Current.CancellationToken);
            Assert.True(answer.IsOk, answer.Refusal?.ToString());
            made.Add(answer.Value.Webhook);
        }
        return made.DrainToImmutable();
    }

    private static async Task AssertToldAsync(EngineHarness harness, string workflow, Run run, ImmutableArray<Webhook> subscribed)
    {
        var request = new ExecuteRequest { WorkflowId = workflow, WebhookUrl = run.Names ? Named : null };
        string id;
        if (run.Waits)
        {
            id = (await harness.Engine.ExecuteAndWaitAsync(request, TimeSpan.FromDays(1), TestContext.Current.CancellationToken)).Value!.Id;
        }
        else
        {
            id = (await harness.Engine.ExecuteAsync(request, TestContext.Current.CancellationToken)).Value!.ExecutionId;
            await harness.EndAsync(id);
        }

        var journal = await harness.JournalAsync(id);
        var expected = journal.SelectMany((happened, index) => WebhookEventTypes.NameOf(happened) is not { } type ? [] : subscribed
            .Where(webhook => (webhook.WorkflowId ?? workflow) == workflow && webhook.Events.Contains(type)).Select(webhook => webhook.Url)
            .Concat(run.Names && WebhookEventTypes.Default.Contains(type) ? [Named] : [])
            .Select(url => (index + 1, type, url)));
        var told = (await harness.Engine.ListDeliveriesAsync(id, TestContext.Current.CancellationToken)).Value;

        Assert.Equal(expected.Order(), told.Select(delivery => (delivery.Sequence, delivery.Type, delivery.Url)).Order());
        Assert.Equal(told.Length, told.Select(delivery => delivery.Id).Distinct().Count());
    }
}
