using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.TaskTypes.Flow;

/// <summary>Fails on purpose; with a task's <c>when</c> it is an assertion.</summary>
[TaskType("Flow.Fail", "Fails with a message; with a condition in `when` it guards what comes after.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "refuse", "type": "Flow.Fail", "input": { "message": "The page has no text.", "code": "empty_page" } }""")]
internal sealed class FlowFail : TaskType<FlowFail.Input, NoOutput>
{
    public sealed record Input(
        [Description("Why, for the person who reads the execution."), Length(1, 4_000), Example("The page has no text.")] string Message,
        [Description("Why, for programs: a word in snake_case."), Length(1, 64), RegularExpression("^[a-z][a-z0-9_]*$"), Example("empty_page")] string Code = "failed",
        [Description("Whether the task's `retry` applies.")] bool Retryable = false);

    protected override ValueTask<NoOutput> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) =>
        throw new TaskFailedException(new(input.Code, input.Message, input.Retryable));
}
