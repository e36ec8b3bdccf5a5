using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Benchmarks.Million;

/// <summary>What pages and programs ask of a database.</summary>
internal sealed class Questions
{
    private Questions(WorkflowEngine engine, List<string> workflows, List<string> executions, DateTimeOffset now) =>
        (Engine, Workflows, Executions, Now) = (engine, workflows, executions, now);

    public WorkflowEngine Engine { get; }

    public List<string> Workflows { get; }

    /// <summary>Ids from all over the database.</summary>
    public List<string> Executions { get; }

    public DateTimeOffset Now { get; }

    public static IEnumerable<(string Name, Func<Questions, int, Task> Ask)> All { get; } =
    [
        ("home: figures of 24 hours", (q, _) => q.Engine.GetStatisticsAsync(TimeSpan.FromHours(24), 24, CancellationToken.None)),
        ("home: recent", (q, _) => q.ListAsync(new ExecutionQuery(10))),
        ("home: running", (q, _) => q.ListAsync(new ExecutionQuery(5, Statuses: [ExecutionStatus.Running]))),
        ("workflows: last 20 outcomes of 20", (q, _) => q.Engine.GetRecentOutcomesAsync(q.Workflows, 20, CancellationToken.None)),
        ("list: all", (q, _) => q.ListAsync(new ExecutionQuery(20))),
        ("list: workflow", (q, i) => q.ListAsync(new ExecutionQuery(20, WorkflowId: q.Workflow(i)))),
        ("list: status FAILED", (q, _) => q.ListAsync(new ExecutionQuery(20, Statuses: [ExecutionStatus.Failed]))),
        ("list: status FAILED or CANCELLED", (q, _) => q.ListAsync(new ExecutionQuery(20, Statuses: [ExecutionStatus.Failed, ExecutionStatus.Cancelled]))),
        ("list: workflow and status FAILED", (q, i) => q.ListAsync(new ExecutionQuery(20, WorkflowId: q.Workflow(i), Statuses: [ExecutionStatus.Failed]))),
        ("list: before ten days ago", (q, _) => q.ListAsync(new ExecutionQuery(20, CreatedFrom: q.Now.AddDays(-20), CreatedTo: q.Now.AddDays(-10)))),
        ("list: label", (q, _) => q.ListAsync(new ExecutionQuery(20, Label: "team=red"))),
        ("list: rare label and status FAILED", (q, _) => q.ListAsync(new ExecutionQuery(20, Label: "rare=4", Statuses: [ExecutionStatus.Failed]))),
        ("list: label, its workflow, week", (q, _) => q.ListAsync(new ExecutionQuery(20, WorkflowId: q.Workflows[^1], Label: "team", CreatedFrom: q.Now.AddDays(-7)))),
        ("list: label, another's workflow, week", (q, _) => q.ListAsync(new ExecutionQuery(20, WorkflowId: q.Workflows[0], Label: "team", CreatedFrom: q.Now.AddDays(-7)))),
        ("list: text, name of workflows", (q, _) => q.ListAsync(new ExecutionQuery(20, Text: "invoices"))),
        ("list: text, failure code", (q, _) => q.ListAsync(new ExecutionQuery(20, Text: "json"))),
        ("list: text, whole id", (q, i) => q.ListAsync(new ExecutionQuery(20, Text: q.Execution(i)))),
        ("list: text that nothing has", (q, _) => q.ListAsync(new ExecutionQuery(20, Text: "no such thing"))),
        ("execution: document", (q, i) => q.Engine.GetExecutionAsync(null, q.Execution(i), CancellationToken.None)),
        ("execution: history", (q, i) => q.Engine.GetHistoryAsync(q.Execution(i), CancellationToken.None)),
        ("execution: deliveries", (q, i) => q.Engine.ListDeliveriesAsync(q.Execution(i), CancellationToken.None)),
        ("execute and wait", (q, i) => q.ExecuteAsync(i)),
        ("execute and wait, one that fails", (q, i) => q.ExecuteAsync(i, fails: true)),
    ];

    public static async Task<Questions> AboutAsync(EngineHost host)
    {
        var workflows = (await host.Engine.ListWorkflowsAsync(new WorkflowQuery(100), CancellationToken.None)).Value!.Items.Select(workflow => workflow.Id).ToList();
        var now = TimeProvider.System.GetUtcNow();
        var executions = new List<string>();
        for (var day = 0; day < Dataset.Days; day++)
        {
            var page = await host.Engine.ListExecutionsAsync(new ExecutionQuery(20, CreatedTo: now.AddDays(-day)), CancellationToken.None);
            executions.AddRange(page.Value!.Items.Select(row => row.Id));
        }
        return new Questions(host.Engine, workflows, executions, now);
    }

    public string Workflow(int i) => Workflows[i % Workflows.Count];

    public string Execution(int i) => Executions[i * 37 % Executions.Count];

    public async Task ListAsync(ExecutionQuery query)
    {
        var answer = await Engine.ListExecutionsAsync(query, CancellationToken.None);
        if (!answer.IsOk) throw new InvalidOperationException(answer.Refusal.Detail);
    }

    public async Task ExecuteAsync(int i, bool fails = false)
    {
        var request = new ExecuteRequest { WorkflowId = Workflow(i), Input = fails ? s_bad : s_input };
        var answer = await Engine.ExecuteAndWaitAsync(request, TimeSpan.FromSeconds(30), CancellationToken.None);
        if (!answer.IsOk || answer.Value.Status != (fails ? ExecutionStatus.Failed : ExecutionStatus.Completed)) throw new InvalidOperationException($"It did not end as it should: {answer.Refusal?.Detail ?? answer.Value?.Failure?.Message}");
    }

    private static readonly JsonElement s_bad = JsonElement.Parse("""{"text":"not json at all"}""");
    private static readonly JsonElement s_input = JsonElement.Parse("""{"text":"[1,2,3]"}""");
}
