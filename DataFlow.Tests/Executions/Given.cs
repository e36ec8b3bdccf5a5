using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Executions;

/// <summary>Given events, when a command, then events: the state machine without anything around it.</summary>
internal sealed class Given
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private Given(Workflow workflow, string input)
    {
        Workflow = workflow;
        Outline = ExecutionOutline.Of(workflow);
        Journal = [new ExecutionQueued(Start, "wf-test", 1, JsonElement.Parse(input))];
        Execution = Outline.Fold("ex-test", Journal.ToArray());
    }

    public Workflow Workflow { get; }

    public ExecutionOutline Outline { get; }

    public List<ExecutionEvent> Journal { get; }

    public Execution Execution { get; private set; }

    /// <summary>Lengths of the journal after each decision: an append is whole or not there.</summary>
    public List<int> Appends { get; } = [1];

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>Tasks are written as the inside of the tasks array; outputs likewise.</summary>
    public static Given Tasks(string tasks, string output = "", string input = "{}", string top = "") =>
        Definition($$"""{ "name": "test", {{top}} "input": [{ "name": "x", "type": "any", "required": false }], "tasks": [{{tasks}}], "output": [{{output}}] }""", input);

    public static Given Definition(string json, string input = "{}")
    {
        var compilation = new WorkflowCompiler(TestCatalog.Instance).Compile(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Empty(compilation.Problems);
        return new Given(compilation.Workflow!, input);
    }

    public IReadOnlyList<ExecutionEvent> When(ExecutionCommand command, double chance = 0, bool hold = false)
    {
        var decision = ExecutionDecider.Decide(Workflow, Execution, command, Now, chance, hold);
        Journal.AddRange(decision.Events);
        Execution = decision.Execution;
        if (decision.Events.Length > 0) Appends.Add(Journal.Count);
        return decision.Events;
    }

    public Given After(params ExecutionCommand[] commands)
    {
        foreach (var command in commands) When(command);
        return this;
    }

    public Given Later(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>The process died: only what had been appended is left.</summary>
    public void Restore(IEnumerable<ExecutionEvent> journal)
    {
        Journal.Clear();
        Journal.AddRange(journal);
        Now = Journal[^1].At;
        Execution = Outline.Fold("ex-test", Journal.ToArray());
    }

    public TaskRun Run(string taskRef) => Execution.FindTask(taskRef)!;

    public static ExecutionCommand Started => new ExecutionCommand.Start();

    public static ExecutionCommand Tick => new ExecutionCommand.Tick();

    public static ExecutionCommand Recover => new ExecutionCommand.Recover();

    public static ExecutionCommand Cancel => new ExecutionCommand.Cancel();

    public static ExecutionCommand Succeeds(string taskRef, int attempt = 1, string value = "1") =>
        new ExecutionCommand.TaskSucceeded(taskRef, attempt, JsonElement.Parse($$"""{ "value": {{value}} }"""));

    public static ExecutionCommand Fails(string taskRef, int attempt = 1, bool retryable = true, TimeSpan? retryAfter = null) =>
        new ExecutionCommand.TaskFaulted(taskRef, attempt, new TaskFailure("broken", "It broke.", retryable, retryAfter));

    /// <summary>Everything of an execution as text, so that two can be compared whole.</summary>
    public static string Whole(Execution execution) => JsonSerializer.Serialize(execution, EngineJson.Options);
}
