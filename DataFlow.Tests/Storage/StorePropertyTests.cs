using CsCheck;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Storage;

/// <summary>Whatever is done, SQLite answers what the plain lists and dictionaries of the in-memory store answer.</summary>
public sealed class StorePropertyTests
{
    private static readonly Gen<int[]> s_operation = Gen.Int[0, 999].Array[6];

    [Fact]
    public void Both_stores_give_the_same_answers_to_any_sequence_of_calls() => s_operation.Array[1, 60].Sample(
        operations =>
        {
            using var memory = new InMemoryStores();
            using var sqlite = new SqliteStores(durability: Engine.Durability.Relaxed);
            // Every execution is of a workflow that there is.
            foreach (var (stores, i) in new Stores[] { memory, sqlite }.SelectMany(stores => new[] { (stores, 0), (stores, 1) }))
                stores.Workflows.CreateAsync($"wf-{i}", Sample.Content($"Work {i}"), Sample.Noon, CancellationToken.None).GetAwaiter().GetResult();
            var model = new Dictionary<string, Execution>();
            var message = 0;
            foreach (var operation in operations)
            {
                var (expected, actual) = (Perform(memory, operation, model, message), Perform(sqlite, operation, model, message));
                Assert.True(expected.Answer == actual.Answer, $"[{string.Join(", ", operation)}]: {expected.Answer} and {actual.Answer}");
                if (expected.After is { } after)
                    model[after.Id] = after;
                message++;
            }
            foreach (var id in model.Keys.Where(id => memory.Executions.FindAsync(id, CancellationToken.None).GetAwaiter().GetResult() is not null))
                Assert.Equal(Describe(memory, id), Describe(sqlite, id));
        },
        iter: 60, threads: 1);

    private static (string Answer, Execution? After) Perform(Stores stores, int[] o, Dictionary<string, Execution> model, int message)
    {
        var id = $"ex-{o[1] % 8}";
        var workflow = $"wf-{o[2] % 2}";
        var at = Sample.Noon.AddSeconds(o[3] - 500);
        try
        {
            switch (o[0] % 9)
            {
                case 0 or 1:
                    var creation = Sample.New(id, workflow, at) with
                    {
                        Key = o[4] % 3 == 0 ? new IdempotencyKey($"k{o[4] % 2}", $"h{o[5] % 2}", at.AddSeconds(200)) : null,
                        RejectAbove = o[5] % 4 == 0 ? 2 : null,
                        ProtectedCredentials = o[5] % 2 == 0 ? [(byte)o[5]] : null,
                    };
                    if (o[4] % 2 == 0)
                        creation = creation.Labelled(("team", $"{o[4] % 3}"));
                    var outcome = stores.Executions.CreateAsync(creation, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                    return (outcome.ToString(), outcome is CreateOutcome.Done ? creation.Execution : null);
                case 2 or 3 when model.TryGetValue(id, out var execution):
                    var sent = o[4] % 2 == 0 ? Sample.Message($"msg_{(o[4] % 5 == 0 ? 0 : message)}", execution, $"https://h{o[5] % 3}.example/", at) : null;
                    var append = (execution.Status, o[5] % 3) switch
                    {
                        (ExecutionStatus.Pending, _) => Sample.Start(execution, at),
                        (_, 0) => Sample.Complete(execution, at),
                        (_, 1) => Sample.Fail(execution, $"code_{o[4] % 2}", at),
                        _ => Sample.Append(execution, e => e, new TaskStarted(at, "a", 1, Sample.Json($"\"{new string('x', o[3] * 10)}\"")), new ExecutionPaused(at)),
                    };
                    append = append with { Outbox = sent is null ? [] : [sent] };
                    stores.Executions.AppendAsync(append, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                    return ("appended", append.Execution);
                case 4 when model.TryGetValue(id, out var late):
                    stores.Executions.AppendAsync(Sample.Start(late with { Sequence = late.Sequence + 1 + o[5] % 2 }, at), CancellationToken.None).AsTask().GetAwaiter().GetResult();
                    return ("appended late", null);
                case 5:
                    var query = new ExecutionQuery(
                        1 + o[1] % 4, null, o[2] % 3 == 0 ? workflow : null, o[3] % 3 == 0 ? [(ExecutionStatus)(o[3] % 5)] : o[3] % 3 == 1 ? [ExecutionStatus.Failed, ExecutionStatus.Pending] : [],
                        o[4] % 4 == 0 ? at : null, o[4] % 4 == 1 ? at : null, o[5] % 5 == 0 ? "team=1" : null, (o[5] % 12) switch { 1 => "CODE_1", 2 => workflow, 3 => "ex-", 4 => $"{o[1] % 8}", 5 => "eam=1", 6 => "not work", 7 => "DOWNL", _ => null });
                    return (string.Join(";", Pages(stores, query)), null);
                case 8:
                    return (stores.Executions.DeleteAsync(id, CancellationToken.None).GetAwaiter().GetResult().ToString(), null);
                case 6:
                    var delivery = $"msg_{o[1] % 20}";
                    stores.Webhooks.RecordAttemptAsync(delivery, new DeliveryAttempt(at, 1, 500, null, null), (DeliveryStatus)(o[4] % 3), at.AddSeconds(o[5]), CancellationToken.None).GetAwaiter().GetResult();
                    var due = stores.Webhooks.ListDueAsync(at, 5, o[5] % 2 == 0 ? new HashSet<string> { "h1.example:443" } : [], CancellationToken.None).GetAwaiter().GetResult();
                    return ($"{string.Join(",", due.Select(d => (d.Id, d.AttemptCount, d.NextAttemptAt)))} {stores.Webhooks.NextDueAsync(CancellationToken.None).GetAwaiter().GetResult()}", null);
                default:
                    var statistics = stores.Executions.ReadStatisticsAsync(at, at.AddSeconds(1 + o[5]), 1 + o[4] % 5, CancellationToken.None).GetAwaiter().GetResult();
                    var unfinished = stores.Executions.ListUnfinishedAsync((ExecutionStatus)(o[3] % 3), o[1] % 4, 3, CancellationToken.None).GetAwaiter().GetResult();
                    return ($"{statistics} {string.Join(",", statistics.Buckets)} {string.Join(",", statistics.FailingMost)} {string.Join(",", unfinished.Select(e => (e.ExecutionId, e.WorkflowId)))} "
                        + stores.Executions.CountUnfinishedAsync(o[2] % 3 == 0 ? null : workflow, CancellationToken.None).GetAwaiter().GetResult(), null);
            }
        }
        catch (Exception error) when (error is DuplicateIdException or FenceLostException)
        {
            return (error.Message, null);
        }
    }

    private static IEnumerable<string> Pages(Stores stores, ExecutionQuery query)
    {
        do
        {
            var page = stores.Executions.ListAsync(query, CancellationToken.None).GetAwaiter().GetResult();
            yield return string.Join(",", page.Items);
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
    }

    private static string Describe(Stores stores, string id)
    {
        var journal = stores.Executions.ReadAsync(id, 0, CancellationToken.None).GetAwaiter().GetResult()!;
        var deliveries = stores.Webhooks.ListByExecutionAsync(id, CancellationToken.None).GetAwaiter().GetResult();
        return string.Join("\n",
            journal.Events.Select(e => System.Text.Json.JsonSerializer.Serialize(e, Engine.EngineJson.Options))
                .Append(Convert.ToHexString(journal.ProtectedCredentials ?? []))
                .Concat(deliveries.Select(d => $"{d.Id} {d.Status} {d.NextAttemptAt} {string.Join(",", d.Attempts)}"))
                .Append(stores.Executions.FindAsync(id, CancellationToken.None).GetAwaiter().GetResult()!.ToString()));
    }
}
